package dev.cresset.backend.cuda;

import dev.cresset.backend.Transpose;
import dev.cresset.kernels.Real;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.runtime.cudaStream_t;

/// Products of matrices by cuBLAS, on the context's stream. cuBLAS sees column-major matrices, so it sees each of ours
/// transposed: `C = op(A) · op(B)` is computed as `Cᵀ = op(B)ᵀ · op(A)ᵀ`, which needs no copy. This is the only place
/// that knows of it.
///
/// FP32 is strict: 24 significant bits all the way. TF32 rounds the factors to 11 significant bits and adds in float32.
final class CudaBlas {
    /// What NVIDIA advises for Hopper and later, and for the GPUs before.
    private static final long WORKSPACE = 32L << 20;

    private static final long SMALL_WORKSPACE = 4L << 20;
    private static final int HOPPER = 9;

    private final CudaContext context;
    private final CudaHeap heap;
    private final Real real;
    private final cublasHandle handle = new cublasHandle();
    private final ByteBuffer factors =
            ByteBuffer.allocateDirect(2 * Double.BYTES).order(ByteOrder.nativeOrder());
    private final Pointer one = Pointer.to(factors.slice(0, Double.BYTES).order(ByteOrder.nativeOrder()));
    private final Pointer kept =
            Pointer.to(factors.slice(Double.BYTES, Double.BYTES).order(ByteOrder.nativeOrder()));
    private final DeviceAddress first = new DeviceAddress();
    private final DeviceAddress second = new DeviceAddress();
    private final DeviceAddress result = new DeviceAddress();
    private boolean ready;

    CudaBlas(CudaContext context, CudaHeap heap, Precision precision) {
        this.context = context;
        this.heap = heap;
        this.real = CudaKernels.real(precision);
        context.enter();
        check(JCublas2.cublasCreate(handle), "cublasCreate");
        try {
            check(JCublas2.cublasSetStream(handle, new cudaStream_t(context.stream())), "cublasSetStream");
            check(
                    JCublas2.cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_HOST),
                    "cublasSetPointerMode");
            check(
                    JCublas2.cublasSetMathMode(
                            handle,
                            precision == Precision.TF32
                                    ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH
                                    : cublasMath.CUBLAS_DEFAULT_MATH),
                    "cublasSetMathMode");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        put(0, 1);
    }

    /// `c ← op(a) · op(b) + beta · c`; sizes are 1 or more. With beta 0 the old c is not read. The context is entered.
    void product(Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta) {
        prepare();
        put(Double.BYTES, beta);
        int n = c.columns();
        int m = c.rows();
        int k = transposeA == Transpose.NO ? a.columns() : a.rows();
        first.at(CudaBuffer.address(b));
        second.at(CudaBuffer.address(a));
        result.at(CudaBuffer.address(c));
        int opB = operation(transposeB);
        int opA = operation(transposeA);
        int status = real == Real.F32
                ? JCublas2.cublasSgemm(
                        handle, opB, opA, n, m, k, one, first, b.columns(), second, a.columns(), kept, result, n)
                : JCublas2.cublasDgemm(
                        handle, opB, opA, n, m, k, one, first, b.columns(), second, a.columns(), kept, result, n);
        if (status != 0) {
            check(
                    status,
                    (real == Real.F32 ? "cublasSgemm" : "cublasDgemm") + " of " + m + "×" + k + " by " + k + "×" + n
                            + " (beta " + beta + ")");
        }
    }

    /// cuBLAS would allocate a workspace of its own, which a recording must not; so it gets one, before the first
    /// product.
    private void prepare() {
        if (!ready) {
            long bytes = context.gpu().major() >= HOPPER ? WORKSPACE : SMALL_WORKSPACE;
            DeviceAddress workspace =
                    new DeviceAddress().at(heap.allocate(bytes).address());
            check(JCublas2.cublasSetWorkspace(handle, workspace, bytes), "cublasSetWorkspace of " + bytes + " bytes");
            ready = true;
        }
    }

    private void put(int at, double value) {
        if (real == Real.F32) {
            factors.putFloat(at, (float) value);
        } else {
            factors.putDouble(at, value);
        }
    }

    private static int operation(Transpose transpose) {
        return transpose == Transpose.NO ? cublasOperation.CUBLAS_OP_N : cublasOperation.CUBLAS_OP_T;
    }

    private void check(int status, String call) {
        CudaStatus.blas(status, call, context.gpu());
    }

    /// Gives the handle back; see [CudaContext#close] about errors.
    void close() {
        JCublas2.cublasDestroy(handle);
    }
}
