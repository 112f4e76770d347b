package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Readback;
import dev.cresset.kernels.Real;
import dev.cresset.tensor.Tensor;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/// Two places of pinned memory that take turns, each with an event that says when its copy has arrived.
final class CudaReadback implements Readback {
    private final CudaBackend device;
    private final CudaContext context;
    private final Real real;
    private final Tensor tensor;
    private final int size;
    private final CudaPinned[] places = new CudaPinned[OUTSTANDING];
    private final CUevent[] arrived = new CUevent[OUTSTANDING];
    private final int[] counts = new int[OUTSTANDING];
    private final DeviceAddress place = new DeviceAddress();
    private int posted;
    private int taken;
    private boolean closed;

    /// The context is entered, its monitor held.
    CudaReadback(CudaBackend device, CudaContext context, Real real, Tensor tensor) {
        this.device = device;
        this.context = context;
        this.real = real;
        this.tensor = tensor;
        this.size = Math.toIntExact(tensor.size());
        int bytes = Math.max(1, size * real.bytes());
        try {
            for (int i = 0; i < OUTSTANDING; i++) {
                places[i] = new CudaPinned(context, real, bytes);
                CUevent event = new CUevent();
                context.check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
                arrived[i] = event;
            }
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    @Override
    public void post(int first, int count) {
        device.requireUsable("read a tensor");
        synchronized (context) {
            requireOpen();
            context.enter();
            int turn = posted % OUTSTANDING;
            int before = Math.min(count, size - first);
            copy(first, turn, 0, before);
            copy(0, turn, before, count - before);
            context.check(JCudaDriver.cuEventRecord(arrived[turn], context.stream()), "cuEventRecord");
            counts[turn] = count;
            posted++;
        }
    }

    private void copy(int first, int turn, int at, int count) {
        if (count > 0) {
            context.check(
                    JCudaDriver.cuMemcpyDtoHAsync(
                            places[turn].pointer().withByteOffset((long) at * real.bytes()),
                            place.at(CudaBuffer.address(tensor) + (long) first * real.bytes()),
                            (long) count * real.bytes(),
                            context.stream()),
                    "cuMemcpyDtoHAsync");
        }
    }

    @Override
    public int take(double[] to) {
        device.requireUsable("read a tensor");
        synchronized (context) {
            requireOpen();
            context.enter();
            int turn = taken % OUTSTANDING;
            context.check(JCudaDriver.cuEventSynchronize(arrived[turn]), "cuEventSynchronize (reading a tensor)");
            places[turn].load(to, 0, counts[turn]);
            taken++;
            return counts[turn];
        }
    }

    private void requireOpen() {
        device.requireOpen("read a tensor");
        if (closed) {
            throw new ClosedException("This readback on " + device + " has been closed.");
        }
    }

    /// Waits for what is on its way.
    @Override
    public void close() {
        synchronized (context) {
            if (!closed) {
                closed = true;
                device.forget(this);
                context.enterToRelease();
                release();
            }
        }
    }

    private void release() {
        for (int i = 0; i < OUTSTANDING; i++) {
            if (arrived[i] != null) {
                JCudaDriver.cuEventSynchronize(arrived[i]);
                JCudaDriver.cuEventDestroy(arrived[i]);
            }
            if (places[i] != null) {
                places[i].free();
            }
        }
    }
}
