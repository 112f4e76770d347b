package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Recording;
import dev.cresset.tensor.Buffer;
import java.util.Set;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/// A graph, captured from unchanged code: the stream notes what is submitted instead of running it.
final class CudaRecording implements Recording {
    private final CudaBackend device;
    private final CudaContext context;
    private final CUgraphExec graph;
    private final Buffer[] used;
    /// Keeps alive what the work refers to: the graph knows only addresses.
    private final Runnable work;

    private boolean closed;

    private CudaRecording(CudaBackend device, CudaContext context, CUgraphExec graph, Buffer[] used, Runnable work) {
        this.device = device;
        this.context = context;
        this.graph = graph;
        this.used = used;
        this.work = work;
    }

    /// Captures what `submission` submits.
    ///
    /// @param used collects the buffers that it touches
    /// @param work what it runs, with all that it refers to
    static CudaRecording of(
            CudaBackend device, CudaContext context, Runnable submission, Set<Buffer> used, Runnable work) {
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
        CUgraphExec graph = new CUgraphExec();
        try {
            context.check(JCudaDriver.cuGraphInstantiate(graph, captured, 0), "cuGraphInstantiate of a recording");
        } finally {
            JCudaDriver.cuGraphDestroy(captured);
        }
        return new CudaRecording(device, context, graph, used.toArray(Buffer[]::new), work);
    }

    @Override
    public void replay() {
        device.requireUsable("replay a recording");
        synchronized (context) {
            device.requireOpen("replay a recording");
            if (closed) {
                throw new ClosedException("This recording on " + device + " has been closed: record anew.");
            }
            for (Buffer buffer : used) {
                buffer.requireOpen();
            }
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
                context.enter();
                JCudaDriver.cuGraphExecDestroy(graph);
            }
        }
    }

    @Override
    public String toString() {
        return "Recording of " + work + " on " + device;
    }
}
