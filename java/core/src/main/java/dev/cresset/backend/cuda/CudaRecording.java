package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Recording;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/// A graph, captured from unchanged code: the stream notes what is submitted instead of running it.
final class CudaRecording implements Recording {
    private final CudaBackend device;
    private final CudaContext context;
    private final CUgraphExec graph;
    private final CudaUses uses;

    private boolean closed;

    private CudaRecording(CudaBackend device, CudaContext context, CUgraphExec graph, CudaUses uses) {
        this.device = device;
        this.context = context;
        this.graph = graph;
        this.uses = uses;
    }

    /// Captures what `submission` submits.
    ///
    /// @param uses collects the memory that it touches
    static CudaRecording of(CudaBackend device, CudaContext context, Runnable submission, CudaUses uses) {
        context.beginCapture();
        CUgraph captured = new CUgraph();
        try {
            submission.run();
        } catch (RuntimeException | Error e) {
            if (context.endCapture(captured) == 0) {
                JCudaDriver.cuGraphDestroy(captured);
            }
            throw e;
        }
        context.check(context.endCapture(captured), "cuStreamEndCapture");
        uses.close();
        CUgraphExec graph = new CUgraphExec();
        try {
            context.check(JCudaDriver.cuGraphInstantiate(graph, captured, 0), "cuGraphInstantiate of a recording");
        } finally {
            JCudaDriver.cuGraphDestroy(captured);
        }
        return new CudaRecording(device, context, graph, uses);
    }

    @Override
    public void replay() {
        device.requireUsable("replay a recording");
        synchronized (context) {
            device.requireOpen("replay a recording");
            if (closed) {
                throw new ClosedException("This recording on " + device + " has been closed: record anew.");
            }
            uses.requireOpen(device);
            context.enter();
            context.check(JCudaDriver.cuGraphLaunch(graph, context.stream()), "cuGraphLaunch of a recording");
        }
    }

    @Override
    public void close() {
        synchronized (context) {
            if (!closed) {
                closed = true;
                device.forget(this);
                context.enterToRelease();
                JCudaDriver.cuGraphExecDestroy(graph);
            }
        }
    }
}
