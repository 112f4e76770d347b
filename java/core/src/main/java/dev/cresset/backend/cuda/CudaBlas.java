package dev.cresset.backend.cuda;

import dev.cresset.backend.Transpose;
import dev.cresset.kernels.Real;
import dev.cresset.tensor.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasPointerMode;
import jcuda.runtime.cudaStream_t;
import org.jspecify.annotations.Nullable;

/// Products of matrices of one type by cuBLAS, on one stream, which sees them as [ColumnMajor] says.
///
/// FP32 is strict: 24 significant bits all the way. TF32 leaves the factors 11 significant bits (rounded or cut off,
/// depending on the GPU) and adds in float32.
final class CudaBlas {
    private final CudaContext context;
    private final Real real;
    private final CudaHeap heap;
    private final CudaMemory workspace;
    private @Nullable CudaMemory numbers;
    private final cublasHandle handle = new cublasHandle();
    private final ByteBuffer factors =
            ByteBuffer.allocateDirect(2 * Double.BYTES).order(ByteOrder.nativeOrder());
    private final Pointer one = Pointer.to(factors.slice(0, Double.BYTES).order(ByteOrder.nativeOrder()));
    private final Pointer kept =
            Pointer.to(factors.slice(Double.BYTES, Double.BYTES).order(ByteOrder.nativeOrder()));
    private final DeviceAddress first = new DeviceAddress();
    private final DeviceAddress second = new DeviceAddress();
    private final DeviceAddress result = new DeviceAddress();

    /// @param stream where products run: the context's, or another in it
    CudaBlas(CudaContext context, CudaHeap heap, Precision precision, CUstream stream) {
        this.context = context;
        this.real = CudaKernels.real(precision);
        this.heap = heap;
        this.workspace = heap.allocate(workspace(context.gpu().major()));
        boolean isMade = false;
        try {
            context.enter();
            check(JCublas2.cublasCreate(handle), "cublasCreate");
            isMade = true;
            check(JCublas2.cublasSetStream(handle, new cudaStream_t(stream)), "cublasSetStream");
            check(
                    JCublas2.cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_HOST),
                    "cublasSetPointerMode");
            check(
                    JCublas2.cublasSetMathMode(
                            handle,
                            precision == Precision.TF32 || precision == Precision.FP32_3XTF32
                                    ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH
                                    : cublasMath.CUBLAS_DEFAULT_MATH),
                    "cublasSetMathMode");
            put(0, 1);
            prepare();
        } catch (RuntimeException e) {
            if (isMade) {
                JCublas2.cublasDestroy(handle);
            }
            free();
            throw e;
        }
    }

    /// `c ← op(a) · op(b) + beta · c`; sizes are 1 or more. With beta 0 the old c is not read. The context is entered.
    ///
    /// @param a address of the first factor, as `p` says it lies there
    void product(long a, long b, long c, ColumnMajor p, double beta) {
        first.at(b);
        second.at(a);
        result.at(c);
        multiply(p, beta);
    }

    /// The same with factors of 16 bits each, bfloat16, and sums and c in float32.
    void productOfBf16(long a, long b, long c, ColumnMajor p, double beta) {
        first.at(b);
        second.at(a);
        result.at(c);
        put(Double.BYTES, beta);
        int status = JCublas2.cublasGemmEx_new(
                handle,
                p.operationB(),
                p.operationA(),
                p.m(),
                p.n(),
                p.k(),
                one,
                first,
                cudaDataType.CUDA_R_16BF,
                p.widthB(),
                second,
                cudaDataType.CUDA_R_16BF,
                p.widthA(),
                kept,
                result,
                cudaDataType.CUDA_R_32F,
                p.m(),
                cublasComputeType.CUBLAS_COMPUTE_32F,
                cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
        if (status != 0) {
            check(status, "cublasGemmEx of bfloat16, " + sizes(p, beta));
        }
    }

    private static String sizes(ColumnMajor p, double beta) {
        return p.n() + "×" + p.k() + " by " + p.k() + "×" + p.m() + " (beta " + beta + ")";
    }

    /// What cuBLAS does at its first product, and a workspace that it takes for itself, would be allocations at a time
    /// when something may be recorded. So it gets a workspace, and multiplies two numbers, at once.
    private void prepare() {
        long bytes = workspace.bytes();
        check(
                JCublas2.cublasSetWorkspace(handle, new DeviceAddress().at(workspace.address()), bytes),
                "cublasSetWorkspace of " + bytes + " bytes");
        numbers = heap.allocate(3 * Double.BYTES);
        first.at(numbers.address());
        second.at(numbers.address() + Double.BYTES);
        result.at(numbers.address() + 2 * Double.BYTES);
        multiply(ColumnMajor.of(1, 1, Transpose.NO, 1, 1, Transpose.NO), 0);
    }

    /// Where products keep what lies between: for whatever else runs on the same stream, too.
    CudaMemory workspace() {
        return workspace;
    }

    /// Bytes that NVIDIA advises for a compute capability.
    static long workspace(int major) {
        return switch (major) {
            case 9, 10 -> 32L << 20;
            case 12 -> 12L << 20;
            default -> 4L << 20;
        };
    }

    private void multiply(ColumnMajor p, double beta) {
        put(Double.BYTES, beta);
        int opB = p.operationB();
        int opA = p.operationA();
        int m = p.m();
        int n = p.n();
        int status = real == Real.F32
                ? JCublas2.cublasSgemm(
                        handle, opB, opA, m, n, p.k(), one, first, p.widthB(), second, p.widthA(), kept, result, m)
                : JCublas2.cublasDgemm(
                        handle, opB, opA, m, n, p.k(), one, first, p.widthB(), second, p.widthA(), kept, result, m);
        if (status != 0) {
            check(status, (real == Real.F32 ? "cublasSgemm" : "cublasDgemm") + " of " + sizes(p, beta));
        }
    }

    private void put(int at, double value) {
        if (real == Real.F32) {
            factors.putFloat(at, (float) value);
        } else {
            factors.putDouble(at, value);
        }
    }

    private void check(int status, String call) {
        CudaStatus.blas(status, call, context.gpu());
    }

    /// Gives the handle back; see [CudaContext#close] about errors.
    void close() {
        JCublas2.cublasDestroy(handle);
        free();
    }

    private void free() {
        heap.free(workspace);
        if (numbers != null) {
            heap.free(numbers);
        }
    }
}
