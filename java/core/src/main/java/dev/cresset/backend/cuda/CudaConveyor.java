package dev.cresset.backend.cuda;

import dev.cresset.backend.BatchLoader;
import dev.cresset.backend.BatchShape;
import dev.cresset.backend.Conveyor;
import dev.cresset.backend.Slot;
import dev.cresset.kernels.Real;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/// A ring of lanes. While the GPU works on a batch in one, the next is copied on a stream of its own, and a thread
/// loads a third:
///
/// ```
/// loading      | load 2        | load 3        |           waits for the copy of batch 0: the same pinned memory
/// copying      | copy 1        | copy 2        | copy 3    waits for the work on batch 0: the same slot
/// computing    | work on 0     | work on 1     |           waits for the copy of batch 1
/// ```
///
/// Copies are submitted by the thread that takes the batches, with the context's monitor held, as all that is said to
/// the driver: so none is submitted while work of this device is being recorded.
final class CudaConveyor extends Conveyor {
    private static final int LANES = 3;

    private final CudaBackend device;
    private final CudaContext context;
    private final CudaTeardown teardown = new CudaTeardown();
    private final CUstream copying = new CUstream();
    private final CudaLoading loading;
    private final Queue<CudaLane> sent = new ArrayDeque<>();
    private @Nullable CudaLane last;
    private boolean released;

    /// The caller holds the context's monitor.
    ///
    /// @throws IllegalArgumentException if the batches are too large
    CudaConveyor(CudaBackend device, CudaContext context, BatchShape shape, Real real, BatchLoader loader) {
        super(device, CudaLane.requireCopyable(shape, real), LANES);
        this.device = device;
        this.context = context;
        try {
            context.enter();
            context.check(JCudaDriver.cuStreamCreate(copying, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
            teardown.add(() -> JCudaDriver.cuStreamDestroy(copying));
            List<CudaLane> lanes = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                lanes.add(new CudaLane(context, shape, real, slot(i, shape.rows()), teardown));
            }
            this.loading = new CudaLoading(loader, lanes);
            // Before anything is given back: a copy may be under way.
            teardown.add(() -> JCudaDriver.cuStreamSynchronize(copying));
            loading.start();
        } catch (RuntimeException | Error e) {
            teardown.run();
            freeSlots();
            throw e;
        }
    }

    @Override
    protected @Nullable Slot arrive() {
        synchronized (context) {
            enter();
            recycle();
            sendLoaded();
        }
        // Not with the monitor held: the loader may be slow, and others want to work on this device.
        CudaLane next = sent.isEmpty() ? loading.await() : null;
        synchronized (context) {
            enter();
            if (next != null) {
                send(next);
            }
            if (sent.isEmpty()) {
                return null;
            }
            last = sent.remove();
            last.arrive();
            return slot(last.slot(), last.rows());
        }
    }

    @Override
    protected void leave() {
        synchronized (context) {
            if (!released && last != null) {
                context.enter();
                last.leave();
                sendLoaded();
            }
        }
    }

    /// Lets the lane of the batch before be loaded anew: the one place where the host waits for the GPU.
    private void recycle() {
        if (last != null) {
            last.awaitArrival();
            loading.free(last);
            last = null;
        }
    }

    /// Copies what has been loaded meanwhile beside the work on earlier batches.
    private void sendLoaded() {
        for (CudaLane lane = loading.poll(); lane != null; lane = loading.poll()) {
            // Looking may have waited for the loader, and a virtual thread gone on upon another thread of the system.
            context.enter();
            send(lane);
        }
    }

    private void send(CudaLane lane) {
        lane.send(copying);
        sent.add(lane);
    }

    private void enter() {
        requireOpen();
        context.enter();
    }

    @Override
    protected void stop() {
        loading.stop();
        loading.awaitEnd();
        release();
    }

    /// Gives everything back but the slots. The device does this when it closes; it does not wait for the loader, which
    /// may wait for the device.
    void release() {
        synchronized (context) {
            if (!released) {
                released = true;
                loading.stop();
                device.forget(this);
                context.enterToRelease();
                teardown.run();
            }
        }
    }
}
