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
/// FP32 is strict: 24 significant bits all the way. TF32 leaves the factors 11 significant bits (rounded or cut off,
/// depending on the GPU) and adds in float32.
final class CudaBlas {
    private final CudaContext context;
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

    CudaBlas(CudaContext context, CudaHeap heap, Precision precision) {
        this.context = context;
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
            put(0, 1);
            prepare(heap);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// `c ← op(a) · op(b) + beta · c`; sizes are 1 or more. With beta 0 the old c is not read. The context is entered.
    void product(Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta) {
        first.at(CudaBuffer.address(b));
        second.at(CudaBuffer.address(a));
        result.at(CudaBuffer.address(c));
        int k = transposeA == Transpose.NO ? a.columns() : a.rows();
        multiply(
                operation(transposeB), operation(transposeA), c.columns(), c.rows(), k, b.columns(), a.columns(), beta);
    }

    /// What cuBLAS does at its first product, and a workspace that it takes for itself, would be allocations at a time
    /// when something may be recorded. So it gets a workspace, and multiplies two numbers, at once.
    private void prepare(CudaHeap heap) {
        long bytes = workspace(context.gpu().major());
        DeviceAddress workspace = new DeviceAddress().at(heap.allocate(bytes).address());
        check(JCublas2.cublasSetWorkspace(handle, workspace, bytes), "cublasSetWorkspace of " + bytes + " bytes");
        long numbers = heap.allocate(3 * Double.BYTES).address();
        first.at(numbers);
        second.at(numbers + Double.BYTES);
        result.at(numbers + 2 * Double.BYTES);
        multiply(cublasOperation.CUBLAS_OP_N, cublasOperation.CUBLAS_OP_N, 1, 1, 1, 1, 1, 0);
    }

    /// Bytes that NVIDIA advises for a compute capability.
    private static long workspace(int major) {
        return switch (major) {
            case 9, 10 -> 32L << 20;
            case 12 -> 12L << 20;
            default -> 4L << 20;
        };
    }

    private void multiply(int opB, int opA, int n, int m, int k, int widthB, int widthA, double beta) {
        put(Double.BYTES, beta);
        int status = real == Real.F32
                ? JCublas2.cublasSgemm(handle, opB, opA, n, m, k, one, first, widthB, second, widthA, kept, result, n)
                : JCublas2.cublasDgemm(handle, opB, opA, n, m, k, one, first, widthB, second, widthA, kept, result, n);
        if (status != 0) {
            check(
                    status,
                    (real == Real.F32 ? "cublasSgemm" : "cublasDgemm") + " of " + m + "×" + k + " by " + k + "×" + n
                            + " (beta " + beta + ")");
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
