package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.fail;

import dev.cresset.standin.Standin;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jcuda.Pointer;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/// A context, a heap and cuBLASLt on the first GPU, as a backend holds them, for tests.
final class LtSession implements AutoCloseable {
    private final CudaContext context;
    private final CudaHeap heap;
    private final CudaLt lt;

    LtSession() {
        if (System.getenv("CRESSET_STANDIN_MODE") != null) {
            Standin.requireBuilt();
        }
        context = new CudaContext(CudaDriver.open("cuda:0").require(0));
        heap = new CudaHeap(context);
        List<String> refused = new ArrayList<>();
        try {
            lt = CudaLt.open(context, heap, workspace(), context.stream(), refused)
                    .orElseGet(() -> fail(refused.toString()));
        } catch (RuntimeException | Error e) {
            close(null);
            throw e;
        }
    }

    CudaContext context() {
        return context;
    }

    CudaHeap heap() {
        return heap;
    }

    CudaLt lt() {
        return lt;
    }

    /// Fresh memory for a stream's products.
    CudaMemory workspace() {
        return heap.allocate(CudaBlas.workspace(context.gpu().major()));
    }

    /// A product that must be there.
    CudaLtProduct plan(CudaLtSpec spec) {
        List<String> refused = new ArrayList<>();
        Optional<CudaLtProduct> product = lt.plan(spec, refused);
        return product.orElseGet(() -> fail(refused.toString()));
    }

    /// The address of fresh memory with these numbers.
    long upload(LtNumbers type, double[] numbers) {
        ByteBuffer bytes = buffer(numbers.length * type.bytes());
        MemorySegment segment = MemorySegment.ofBuffer(bytes);
        for (int i = 0; i < numbers.length; i++) {
            type.set(segment, i, numbers[i]);
        }
        long address = heap.allocate(bytes.capacity()).address();
        context.await("zeros in fresh memory");
        context.check(
                JCudaDriver.cuMemcpyHtoD(new DeviceAddress().at(address), Pointer.to(bytes), bytes.capacity()),
                "cuMemcpyHtoD");
        return address;
    }

    /// What lies there, after everything submitted.
    double[] download(LtNumbers type, long address, int count) {
        ByteBuffer bytes = buffer(count * type.bytes());
        context.await("the test");
        context.check(
                JCudaDriver.cuMemcpyDtoH(Pointer.to(bytes), new DeviceAddress().at(address), bytes.capacity()),
                "cuMemcpyDtoH");
        MemorySegment segment = MemorySegment.ofBuffer(bytes);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = type.get(segment, i);
        }
        return numbers;
    }

    /// Records `work` and replays it `times` times.
    void replay(Runnable work, int times) {
        context.beginCapture();
        CUgraph captured = new CUgraph();
        try {
            work.run();
        } finally {
            context.check(context.endCapture(captured), "cuStreamEndCapture");
        }
        CUgraphExec graph = new CUgraphExec();
        context.check(JCudaDriver.cuGraphInstantiate(graph, captured, 0), "cuGraphInstantiate");
        for (int i = 0; i < times; i++) {
            context.check(JCudaDriver.cuGraphLaunch(graph, context.stream()), "cuGraphLaunch");
        }
        context.await("the test");
        JCudaDriver.cuGraphExecDestroy(graph);
        JCudaDriver.cuGraphDestroy(captured);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        close(lt);
    }

    private void close(CudaLt opened) {
        context.stop();
        if (opened != null) {
            opened.close();
        }
        heap.close();
        context.close();
    }
}
