package dev.cresset.backend.cuda;

import dev.cresset.backend.BatchLoad;
import dev.cresset.backend.BatchShape;
import dev.cresset.backend.Slot;
import dev.cresset.kernels.Real;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/// One lane of a [CudaConveyor]: pinned memory into which a batch is loaded, the slot that it is copied to, and two
/// events. `arrived` is behind the copy: computing waits for it, and so does the next loading. `left` is behind the
/// last work on the batch: the next copy waits for it.
final class CudaLane extends BatchLoad {
    private final CudaContext context;
    private final BatchShape shape;
    private final Real real;
    private final int slot;
    private final DeviceAddress deviceX;
    private final DeviceAddress deviceTarget;
    private final CudaPinned x;
    private final CudaPinned target;
    private final CUevent arrived;
    private final CUevent left;
    private int rows;

    /// The caller has entered the context.
    ///
    /// @param teardown gets what gives everything back
    CudaLane(CudaContext context, BatchShape shape, Real real, Slot slot, CudaTeardown teardown) {
        super(shape);
        this.context = context;
        this.shape = shape;
        this.real = real;
        this.slot = slot.number();
        this.deviceX = new DeviceAddress().at(CudaBuffer.address(slot.x()));
        this.deviceTarget = new DeviceAddress().at(CudaBuffer.address(slot.target()));
        this.x = pinned(shape.inputs(), teardown);
        this.target = pinned(shape.targets(), teardown);
        // This runs before both are given back: the thread that loads may still be at work when the device closes.
        teardown.add(this::close);
        this.arrived = event(teardown);
        this.left = event(teardown);
        // The slot's memory is set to zeros on the stream that computes: the first copy must not come before that.
        leave();
    }

    /// @return `shape`
    /// @throws IllegalArgumentException if its batches are too large for pinned memory
    static BatchShape requireCopyable(BatchShape shape, Real real) {
        long bytes = (long) shape.rows() * Math.max(shape.inputs(), shape.targets()) * real.bytes();
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A conveyor carries batches of up to " + Integer.MAX_VALUE
                    + " bytes of features and as many of targets, " + shape + " takes " + bytes
                    + ": use smaller batches.");
        }
        return shape;
    }

    private CudaPinned pinned(int columns, CudaTeardown teardown) {
        CudaPinned memory = new CudaPinned(context, real, shape.rows() * columns * real.bytes());
        teardown.add(memory::free);
        return memory;
    }

    private CUevent event(CudaTeardown teardown) {
        CUevent event = new CUevent();
        context.check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
        teardown.add(() -> JCudaDriver.cuEventDestroy(event));
        return event;
    }

    /// The number of its slot.
    int slot() {
        return slot;
    }

    /// The rows of the batch that was loaded last.
    int rows() {
        return rows;
    }

    void setRows(int rows) {
        this.rows = rows;
    }

    @Override
    protected void put(int at, int count, double[] fromX, double[] fromTarget) {
        x.store(at * shape.inputs(), fromX, 0, count * shape.inputs());
        target.store(at * shape.targets(), fromTarget, 0, count * shape.targets());
    }

    /// Copies the batch to its slot, on a stream of its own, once the batch before has left.
    void send(CUstream copying) {
        context.check(JCudaDriver.cuStreamWaitEvent(copying, left, 0), "cuStreamWaitEvent");
        copy(deviceX, x, shape.inputs(), copying);
        copy(deviceTarget, target, shape.targets(), copying);
        context.check(JCudaDriver.cuEventRecord(arrived, copying), "cuEventRecord");
    }

    private void copy(DeviceAddress to, CudaPinned from, int columns, CUstream copying) {
        context.check(
                JCudaDriver.cuMemcpyHtoDAsync(to, from.pointer(), (long) rows * columns * real.bytes(), copying),
                "cuMemcpyHtoDAsync of a batch");
    }

    /// Lets what is submitted from now on wait for the batch.
    void arrive() {
        context.check(JCudaDriver.cuStreamWaitEvent(context.stream(), arrived, 0), "cuStreamWaitEvent");
    }

    /// What has been submitted is the last work on the batch.
    void leave() {
        context.check(JCudaDriver.cuEventRecord(left, context.stream()), "cuEventRecord");
    }

    /// Waits until the GPU has read the pinned memory.
    void awaitArrival() {
        context.check(JCudaDriver.cuEventSynchronize(arrived), "cuEventSynchronize");
    }
}
