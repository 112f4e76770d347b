package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Gpu;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUgraph;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/// A GPU's primary context, which everything in this process shares, and one stream in it. Its monitor is the lock of
/// the device: who talks to the driver holds it and has entered, since a context is current for one thread at a time
/// and a thread may have another library's context.
final class CudaContext {
    private final Gpu gpu;
    private final CUdevice device;
    private final CUcontext context = new CUcontext();
    private final CUstream stream = new CUstream();
    private boolean capturing;
    private boolean closed;

    /// Retains the context and makes the stream.
    CudaContext(Gpu gpu) {
        this.gpu = gpu;
        this.device = CudaDriver.handle(gpu.ordinal());
        check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
        try {
            enter();
            // Not the default stream: that waits for all others, and cannot be captured.
            check(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
        } catch (RuntimeException e) {
            JCudaDriver.cuDevicePrimaryCtxRelease(device);
            throw e;
        }
    }

    Gpu gpu() {
        return gpu;
    }

    CUstream stream() {
        return stream;
    }

    /// Makes this the context of the calling thread. The caller holds the monitor, and enters again after anything that
    /// may wait: a virtual thread may go on on another thread of the system then.
    ///
    /// @throws ClosedException if the device has been closed
    void enter() {
        if (closed) {
            throw new ClosedException("Cannot work on " + gpu + ": the device has been closed. Keep it open for as long"
                    + " as its models and tensors are used.");
        }
        check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    /// Enters to give something back: there is nothing to be done about an error of the driver, which after a failure
    /// of a kernel answers every call with it.
    void enterToRelease() {
        JCudaDriver.cuCtxSetCurrent(context);
    }

    /// Whether what is submitted is being recorded instead of run.
    boolean isCapturing() {
        return capturing;
    }

    /// Begins to record.
    void beginCapture() {
        // Relaxed: this thread may work on other devices meanwhile; other threads are kept out of this one.
        check(
                JCudaDriver.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED),
                "cuStreamBeginCapture");
        capturing = true;
    }

    /// Ends recording; the caller looks at the status.
    int endCapture(CUgraph captured) {
        capturing = false;
        // The work may have used another device, whose context is current then.
        enterToRelease();
        return JCudaDriver.cuStreamEndCapture(stream, captured);
    }

    /// Waits for everything submitted so far.
    ///
    /// @param reason what it is waited for, for messages
    void await(String reason) {
        int status = JCudaDriver.cuStreamSynchronize(stream);
        if (status != 0) {
            check(status, "cuStreamSynchronize (" + reason + ")");
        }
    }

    void check(int status, String call) {
        CudaStatus.driver(status, call, gpu);
    }

    /// Waits until nothing more is under way, whatever came of it; nothing can be submitted any more.
    void stop() {
        closed = true;
        enterToRelease();
        JCudaDriver.cuStreamSynchronize(stream);
    }

    /// Gives stream and context back. Nothing is thrown: after a failure the driver refuses all calls, and there is
    /// nothing left to be done.
    void close() {
        JCudaDriver.cuStreamDestroy(stream);
        JCudaDriver.cuCtxSetCurrent(new CUcontext());
        JCudaDriver.cuDevicePrimaryCtxRelease(device);
    }
}
