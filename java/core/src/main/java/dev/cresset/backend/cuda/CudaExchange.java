package dev.cresset.backend.cuda;

import dev.cresset.kernels.Real;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/// The way between the host's `double` arrays and a GPU's memory: pinned host memory, which the GPU copies at full
/// speed and by itself. Two halves take turns, so that numbers are converted into one while the other is being
/// copied.
final class CudaExchange {
    private static final int HALVES = 2;
    private static final int HALF_BYTES = 1 << 20;

    private final CudaContext context;
    private final Real real;
    private final Pointer[] pointers = new Pointer[HALVES];
    private final MemorySegment[] segments = new MemorySegment[HALVES];
    private final CUevent[] copied = new CUevent[HALVES];
    private final DeviceAddress place = new DeviceAddress();
    private final float[] floats;
    private int turn;

    /// @throws dev.cresset.backend.DeviceFailedException if the system gives no pinned memory
    CudaExchange(CudaContext context, Real real) {
        this.context = context;
        this.real = real;
        this.floats = new float[real == Real.F32 ? HALF_BYTES / Float.BYTES : 0];
        context.enter();
        try {
            for (int i = 0; i < HALVES; i++) {
                Pointer pointer = new Pointer();
                context.check(
                        JCudaDriver.cuMemHostAlloc(pointer, HALF_BYTES, 0),
                        "cuMemHostAlloc of " + HALF_BYTES + " bytes of pinned host memory");
                pointers[i] = pointer;
                ByteBuffer bytes = pointer.getByteBuffer(0, HALF_BYTES);
                segments[i] = MemorySegment.ofBuffer(bytes);
                CUevent event = new CUevent();
                context.check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
                copied[i] = event;
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Copies `count` elements from element `from` on into `to[at ...]`; waits for everything submitted before.
    void read(CudaBuffer buffer, long from, double[] to, int at, int count) {
        int room = HALF_BYTES / real.bytes();
        synchronized (context) {
            buffer.requireOpen();
            context.enter();
            for (long done = 0; done < count; done += room) {
                int part = (int) Math.min(room, count - done);
                context.check(
                        JCudaDriver.cuMemcpyDtoHAsync(
                                pointers[0],
                                place.at(buffer.memory().address() + (from + done) * real.bytes()),
                                (long) part * real.bytes(),
                                context.stream()),
                        "cuMemcpyDtoHAsync");
                context.await("reading a tensor");
                load(to, (int) (at + done), part);
            }
        }
    }

    /// Copies `from[start ...]` over `count` elements from element `at` on; returns before the GPU has them, but `from`
    /// may be changed at once.
    void write(CudaBuffer buffer, long at, double[] from, int start, int count) {
        int room = HALF_BYTES / real.bytes();
        synchronized (context) {
            buffer.requireOpen();
            context.enter();
            for (long done = 0; done < count; done += room) {
                int part = (int) Math.min(room, count - done);
                int half = turn;
                turn = (turn + 1) % HALVES;
                context.check(JCudaDriver.cuEventSynchronize(copied[half]), "cuEventSynchronize");
                store(segments[half], from, (int) (start + done), part);
                send(buffer.memory().address() + (at + done) * real.bytes(), half, (long) part * real.bytes());
            }
        }
    }

    /// Copies `from[start ...]` over `count` codes from code `at` on; `from` may be changed at once.
    void writeBytes(CudaCodes codes, long at, byte[] from, int start, int count) {
        synchronized (context) {
            codes.requireOpen();
            context.enter();
            for (int done = 0; done < count; done += HALF_BYTES) {
                int part = Math.min(HALF_BYTES, count - done);
                int half = turn;
                turn = (turn + 1) % HALVES;
                context.check(JCudaDriver.cuEventSynchronize(copied[half]), "cuEventSynchronize");
                MemorySegment.copy(from, start + done, segments[half], ValueLayout.JAVA_BYTE, 0, part);
                send(codes.memory().address() + at + done, half, part);
            }
        }
    }

    private void send(long address, int half, long bytes) {
        context.check(
                JCudaDriver.cuMemcpyHtoDAsync(place.at(address), pointers[half], bytes, context.stream()),
                "cuMemcpyHtoDAsync");
        context.check(JCudaDriver.cuEventRecord(copied[half], context.stream()), "cuEventRecord");
    }

    /// Reads the number of a counter; waits.
    long readLong(CudaCounter counter) {
        synchronized (context) {
            context.enter();
            CudaMemory memory = counter.memory();
            context.check(
                    JCudaDriver.cuMemcpyDtoHAsync(
                            pointers[0], place.at(memory.address()), Long.BYTES, context.stream()),
                    "cuMemcpyDtoHAsync");
            context.await("reading a counter");
            return segments[0].get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /// Overwrites the number of a counter; waits.
    void writeLong(CudaCounter counter, long value) {
        synchronized (context) {
            context.enter();
            CudaMemory memory = counter.memory();
            context.await("setting a counter");
            segments[0].set(ValueLayout.JAVA_LONG, 0, value);
            context.check(
                    JCudaDriver.cuMemcpyHtoDAsync(
                            place.at(memory.address()), pointers[0], Long.BYTES, context.stream()),
                    "cuMemcpyHtoDAsync");
            context.await("setting a counter");
        }
    }

    private void load(double[] to, int at, int count) {
        if (real == Real.F64) {
            MemorySegment.copy(segments[0], ValueLayout.JAVA_DOUBLE, 0, to, at, count);
            return;
        }
        // By way of an array: the compiler makes vector instructions of loops over arrays only.
        MemorySegment.copy(segments[0], ValueLayout.JAVA_FLOAT, 0, floats, 0, count);
        for (int i = 0; i < count; i++) {
            to[at + i] = floats[i];
        }
    }

    private void store(MemorySegment half, double[] from, int start, int count) {
        if (real == Real.F64) {
            MemorySegment.copy(from, start, half, ValueLayout.JAVA_DOUBLE, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            floats[i] = (float) from[start + i];
        }
        MemorySegment.copy(floats, 0, half, ValueLayout.JAVA_FLOAT, 0, count);
    }

    /// Gives the pinned memory back; the GPU must be done with it.
    void close() {
        for (int i = 0; i < HALVES; i++) {
            if (copied[i] != null) {
                JCudaDriver.cuEventDestroy(copied[i]);
            }
            if (pointers[i] != null) {
                JCudaDriver.cuMemFreeHost(pointers[i]);
            }
        }
    }
}
