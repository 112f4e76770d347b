package dev.cresset.backend.cuda;

import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/// A second stream for products whose results are wanted later: small ones leave most of a GPU idle, and so run beside
/// what follows on the first. It has a cuBLAS handle with a workspace of its own. What runs here comes after what was
/// on the first stream at the last [#fork], and before what comes there after the next [#join]; a recording of the
/// first stream has both.
///
/// The context is entered, its monitor held.
final class CudaSide {
    private final CudaContext context;
    private final CUstream stream = new CUstream();
    private final CUevent forked = new CUevent();
    private final CUevent joined = new CUevent();
    private final CudaTeardown teardown = new CudaTeardown();
    private final CudaBlas blas;

    CudaSide(CudaContext context, CudaHeap heap, Precision precision) {
        this.context = context;
        try {
            context.check(
                    JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING),
                    "cuStreamCreate of a second stream");
            teardown.add(() -> JCudaDriver.cuStreamDestroy(stream));
            for (CUevent event : List.of(forked, joined)) {
                context.check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
                teardown.add(() -> JCudaDriver.cuEventDestroy(event));
            }
            this.blas = new CudaBlas(context, heap, precision, stream);
            teardown.add(blas::close);
        } catch (RuntimeException e) {
            teardown.run();
            throw e;
        }
    }

    /// Whether products in this precision take what is stored, which is what this stream does.
    static boolean takes(Precision precision) {
        return precision == Precision.FP32 || precision == Precision.TF32;
    }

    /// Lets this stream wait for what is on the first one.
    void fork() {
        context.check(JCudaDriver.cuEventRecord(forked, context.stream()), "cuEventRecord");
        context.check(JCudaDriver.cuStreamWaitEvent(stream, forked, 0), "cuStreamWaitEvent");
    }

    /// Lets the first stream wait for what is on this one.
    void join() {
        context.check(JCudaDriver.cuEventRecord(joined, stream), "cuEventRecord");
        context.check(JCudaDriver.cuStreamWaitEvent(context.stream(), joined, 0), "cuStreamWaitEvent");
    }

    /// `c ← op(a) · op(b) + beta · c`, as [CudaProducts#product].
    void product(Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta) {
        ColumnMajor p = ColumnMajor.of(a.rows(), a.columns(), transposeA, b.rows(), b.columns(), transposeB);
        blas.product(CudaBuffer.address(a), CudaBuffer.address(b), CudaBuffer.address(c), p, beta);
    }

    /// The same of factors that are stored as bfloat16.
    void product(CudaBf16 a, Transpose transposeA, CudaBf16 b, Transpose transposeB, Tensor c, double beta) {
        ColumnMajor p = ColumnMajor.of(a.rows(), a.columns(), transposeA, b.rows(), b.columns(), transposeB);
        blas.productOfBf16(a.address(), b.address(), CudaBuffer.address(c), p, beta);
    }

    /// Waits for what is on this stream and gives it back; see [CudaContext#close] about errors.
    void close() {
        context.enterToRelease();
        JCudaDriver.cuStreamSynchronize(stream);
        teardown.run();
    }
}
