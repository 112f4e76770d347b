package dev.cresset.backend.cpu;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device.Lifetime;
import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/// Native memory, aligned to 64 bytes, of float32 or float64 numbers. Kernels take numbers out of it and put results
/// into it block by block as `double`, so that one source serves both precisions and float32 is rounded once per verb.
final class CpuBuffer extends Buffer {
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    private static final int ALIGNMENT = 64;
    private static final float[] NO_STAGING = {};

    private final CpuBackend device;
    private final Arena arena;
    private final Lifetime lifetime;
    private final MemorySegment segment;
    private final boolean isFloat;
    private final int bytes;
    private final long size;
    private final AtomicInteger holders = new AtomicInteger();
    private volatile boolean open = true;

    /// @throws OutOfMemoryError if the system or Java's limit does not give so much
    CpuBuffer(CpuBackend device, long elements, Lifetime lifetime) {
        this.device = device;
        this.size = elements;
        this.lifetime = lifetime;
        this.isFloat = device.precision() == Precision.FP32;
        this.bytes = device.precision().bytes();
        this.arena = lifetime == Lifetime.OWNED ? Arena.ofShared() : Arena.ofAuto();
        try {
            this.segment = arena.allocate(elements * bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            free();
            throw e;
        }
    }

    /// The memory behind a tensor of this backend.
    ///
    /// @throws ClosedException if it has been freed
    static CpuBuffer of(Tensor tensor) {
        CpuBuffer buffer = (CpuBuffer) tensor.buffer();
        buffer.requireOpen();
        return buffer;
    }

    /// One element, counted from the first of the tensor.
    static double get(Tensor tensor, long element) {
        CpuBuffer buffer = (CpuBuffer) tensor.buffer();
        long offset = (tensor.offset() + element) * buffer.bytes;
        return buffer.isFloat ? buffer.segment.get(ScalarFunctions.FLOAT, offset) : buffer.segment.get(DOUBLE, offset);
    }

    /// The address of element `from` of a tensor, for native code. Valid between [#hold] and [#release].
    static long address(Tensor tensor, long from) {
        CpuBuffer buffer = (CpuBuffer) tensor.buffer();
        return buffer.segment.address() + (tensor.offset() + from) * buffer.bytes;
    }

    /// The memory that a tensor lies in.
    static MemorySegment memory(Tensor tensor) {
        return ((CpuBuffer) tensor.buffer()).segment;
    }

    static boolean isFloat(Tensor tensor) {
        return ((CpuBuffer) tensor.buffer()).isFloat;
    }

    /// The byte in [#memory] where number `element` of a float32 tensor lies.
    static long floatAt(Tensor tensor, long element) {
        return (tensor.offset() + element) * Float.BYTES;
    }

    /// Keeps the memory from being freed until [#release]: Java guards only what it reads itself.
    ///
    /// @throws ClosedException if it has been freed already
    void hold() {
        holders.incrementAndGet();
        if (!open) {
            holders.decrementAndGet();
            requireOpen();
        }
    }

    void release() {
        holders.decrementAndGet();
    }

    /// Copies `count` elements from element `from` of x on to element `at` of y on, bit by bit.
    static void copy(Tensor x, long from, Tensor y, long at, long count) {
        CpuBuffer source = (CpuBuffer) x.buffer();
        CpuBuffer target = (CpuBuffer) y.buffer();
        long width = source.bytes;
        MemorySegment.copy(
                source.segment, (x.offset() + from) * width, target.segment, (y.offset() + at) * width, count * width);
    }

    @Override
    public void requireOpen() {
        if (!open) {
            throw new ClosedException("This tensor's memory on " + device + " has been freed: its model was moved or"
                    + " closed, or its arena was. Ask the layer for the tensor again.");
        }
    }

    /// Frees the memory, once nothing native reads it any more. Freeing twice is allowed.
    void free() {
        open = false;
        // A product on another thread ends by itself, and none begins any more.
        while (holders.get() > 0) {
            Thread.onSpinWait();
        }
        synchronized (this) {
            if (lifetime == Lifetime.OWNED && arena.scope().isAlive()) {
                arena.close();
            }
        }
    }

    long byteSize() {
        return size * bytes;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Object owner() {
        return device;
    }

    @Override
    public void read(long from, double[] to, int at, int count) {
        device.requireUsable("read a tensor");
        requireOpen();
        if (isFloat) {
            // The caller's array, of which nothing else may be overwritten.
            ScalarFunctions.ALL.load(segment, from * Float.BYTES, to, at, count, new float[count]);
        } else {
            load(from, to, at, count, NO_STAGING);
        }
    }

    @Override
    public void write(long at, double[] from, int start, int count) {
        device.requireUsable("write a tensor");
        requireOpen();
        store(at, from, start, count, isFloat ? new float[count] : NO_STAGING);
    }

    /// Takes `count` elements from element `from` on, to an array with the slack that [BlockFunctions] ask for.
    ///
    /// @param staging of `count` elements in float32; undefined afterwards
    void load(long from, double[] to, int at, int count, float[] staging) {
        if (isFloat) {
            CpuSimd.FUNCTIONS.load(segment, from * Float.BYTES, to, at, count, staging);
        } else {
            MemorySegment.copy(segment, DOUBLE, from * Double.BYTES, to, at, count);
        }
    }

    /// Overwrites `count` elements from element `at` on.
    ///
    /// @param staging of `count` elements in float32; undefined afterwards
    void store(long at, double[] from, int start, int count, float[] staging) {
        if (isFloat) {
            CpuSimd.FUNCTIONS.store(from, start, segment, at * Float.BYTES, count, staging);
        } else {
            MemorySegment.copy(from, start, segment, DOUBLE, at * Double.BYTES, count);
        }
    }
}
