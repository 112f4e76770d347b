package dev.cresset.backend.cuda;

import dev.cresset.kernels.Real;
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
    private final CudaPinned[] halves = new CudaPinned[HALVES];
    private final CUevent[] copied = new CUevent[HALVES];
    private final DeviceAddress place = new DeviceAddress();
    private int turn;

    /// @throws dev.cresset.backend.DeviceFailedException if the system gives no pinned memory
    CudaExchange(CudaContext context, Real real) {
        this.context = context;
        this.real = real;
        context.enter();
        try {
            for (int i = 0; i < HALVES; i++) {
                halves[i] = new CudaPinned(context, real, HALF_BYTES);
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
                                halves[0].pointer(),
                                place.at(buffer.memory().address() + (from + done) * real.bytes()),
                                (long) part * real.bytes(),
                                context.stream()),
                        "cuMemcpyDtoHAsync");
                context.await("reading a tensor");
                halves[0].load(to, (int) (at + done), part);
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
                halves[half].store(0, from, (int) (start + done), part);
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
                halves[half].storeBytes(from, start + done, part);
                send(codes.memory().address() + at + done, half, part);
            }
        }
    }

    private void send(long address, int half, long bytes) {
        context.check(
                JCudaDriver.cuMemcpyHtoDAsync(place.at(address), halves[half].pointer(), bytes, context.stream()),
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
                            halves[0].pointer(), place.at(memory.address()), Long.BYTES, context.stream()),
                    "cuMemcpyDtoHAsync");
            context.await("reading a counter");
            return halves[0].number();
        }
    }

    /// Overwrites the number of a counter; waits.
    void writeLong(CudaCounter counter, long value) {
        synchronized (context) {
            context.enter();
            CudaMemory memory = counter.memory();
            context.await("setting a counter");
            halves[0].setNumber(value);
            context.check(
                    JCudaDriver.cuMemcpyHtoDAsync(
                            place.at(memory.address()), halves[0].pointer(), Long.BYTES, context.stream()),
                    "cuMemcpyHtoDAsync");
            context.await("setting a counter");
        }
    }

    /// Gives the pinned memory back; the GPU must be done with it.
    void close() {
        for (int i = 0; i < HALVES; i++) {
            if (copied[i] != null) {
                JCudaDriver.cuEventDestroy(copied[i]);
            }
            if (halves[i] != null) {
                halves[i].free();
            }
        }
    }
}
