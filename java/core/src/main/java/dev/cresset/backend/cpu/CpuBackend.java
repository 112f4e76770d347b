package dev.cresset.backend.cpu;

import dev.cresset.backend.BatchLoader;
import dev.cresset.backend.BatchShape;
import dev.cresset.backend.CheckedOps;
import dev.cresset.backend.Conveyor;
import dev.cresset.backend.CpuOptions;
import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.backend.Ops;
import dev.cresset.nativeloader.NativeLibraryException;
import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The CPU device: native memory, products by oneDNN or OpenBLAS, everything over all cores, in vectors where Java has
/// them. Work is cut into parts by its shape alone and sums are taken in the order of the parts, so the number of
/// threads does not change a bit of any result.
///
/// Closing it ends its threads and frees its memory.
public final class CpuBackend extends Device {
    /// 64 bytes in float32, 128 in float64.
    private static final int ALIGNMENT_ELEMENTS = 16;

    private static final double MIB = 1 << 20;

    private final CpuProducts products;
    private final CpuWorkers workers;
    private final CpuCalls calls;
    private final Ops ops;
    private final Set<CpuBuffer> owned = ConcurrentHashMap.newKeySet();
    private final AtomicLong ownedBytes = new AtomicLong();
    private volatile boolean open = true;

    private CpuBackend(Precision precision, int threads, CpuProducts products) {
        super("cpu", precision);
        this.products = products;
        this.workers = new CpuWorkers(threads);
        CpuBlocks blocks = CpuSimd.blocks(precision);
        this.calls = new CpuCalls(workers, blocks);
        this.ops = new CheckedOps(this, new CpuOps(precision, products, blocks, calls));
    }

    /// A new CPU device on all processors that this Java may use.
    ///
    /// @throws DeviceUnavailableException if the library for products cannot be loaded; message and cause say why
    public static CpuBackend open(Precision precision) {
        return open(precision, CpuOptions.NONE);
    }

    /// A new CPU device on `threads` threads, the one that calls included; results are the same for every number.
    ///
    /// @throws DeviceUnavailableException if the library for products cannot be loaded; message and cause say why
    public static CpuBackend open(Precision precision, int threads) {
        return open(precision, new CpuOptions(threads, null));
    }

    /// A new CPU device as these options have it.
    ///
    /// @throws DeviceUnavailableException if the library for products cannot be loaded; message and cause say why
    public static CpuBackend open(Precision precision, CpuOptions options) {
        Objects.requireNonNull(
                precision, "A CPU device needs a precision, found null: give Precision.FP32 or Precision.FP64.");
        if (precision.isOfGpusOnly()) {
            throw new IllegalArgumentException(
                    "A CPU device computes in FP32 or FP64, found " + precision + ": that is a precision of GPUs.");
        }
        options.require(precision);
        try {
            return new CpuBackend(precision, options.threadCount(), CpuProducts.of(precision, options.products()));
        } catch (NativeLibraryException e) {
            throw new DeviceUnavailableException(
                    "Device cpu is not available: " + e.getMessage()
                            + " Device.reference() needs no native code, and is slow.",
                    e);
        }
    }

    @Override
    public String description() {
        int threads = workers.threads();
        return "cpu: " + precision() + ", " + (threads == 1 ? "1 thread, " : threads + " threads, ")
                + CpuSimd.description() + ", products by " + products.description() + (open ? "" : " (closed)");
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Counter counter() {
        requireUsable("make a counter");
        return new CpuCounter(this);
    }

    @Override
    public Conveyor conveyor(BatchShape shape, BatchLoader loader) {
        requireUsable("make a conveyor");
        return new CpuConveyor(this, calls, shape, loader);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
        workers.close();
        owned.forEach(this::free);
    }

    @Override
    protected Buffer allocate(long elements, Lifetime lifetime) {
        requireUsable("allocate memory");
        CpuBuffer buffer;
        try {
            Math.multiplyExact(elements, precision().bytes());
            buffer = new CpuBuffer(this, elements, lifetime);
        } catch (OutOfMemoryError | ArithmeticException e) {
            throw new DeviceMemoryException(memoryMessage(elements), e);
        }
        if (lifetime == Lifetime.OWNED) {
            owned.add(buffer);
            ownedBytes.addAndGet(buffer.byteSize());
            if (!open) {
                // Closed by another thread in between: close() may have missed this one.
                free(buffer);
                requireOpen("allocate memory");
            }
        }
        return buffer;
    }

    @Override
    protected void free(Buffer buffer) {
        CpuBuffer memory = (CpuBuffer) buffer;
        if (owned.remove(memory)) {
            ownedBytes.addAndGet(-memory.byteSize());
            memory.free();
        }
    }

    @Override
    protected int alignment() {
        return ALIGNMENT_ELEMENTS;
    }

    /// Bytes in arenas that have not been closed.
    long ownedBytes() {
        return ownedBytes.get();
    }

    private String memoryMessage(long elements) {
        return "Device " + this
                + " could not allocate %.1f MiB (%d elements); its arenas hold %.1f MiB already. "
                        .formatted(elements * (precision().bytes() / MIB), elements, ownedBytes.get() / MIB)
                + "Use smaller batches or models, close what is not needed, or, if the machine has more memory, raise"
                + " Java's limit on native memory: -XX:MaxDirectMemorySize (by default as large as -Xmx).";
    }
}
