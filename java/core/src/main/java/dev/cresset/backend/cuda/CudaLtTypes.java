package dev.cresset.backend.cuda;

import dev.cresset.tensor.Precision;

/// What the numbers of a planned product are: its factors and its result in memory, and how it multiplies and adds.
/// The bias, or the sums of columns in its place, and the multiples alpha and beta: the former are of the result's
/// type, the latter of the type of the sums.
///
/// Source of the numbers: `cudaDataType` in `library_types.h`, `cublasComputeType_t` in `cublas_api.h`, CUDA 13.
enum CudaLtTypes {
    /// float32 all the way, as [Precision#FP32].
    F32("float32", Cuda.R_32F, Cuda.R_32F, Cuda.COMPUTE_32F, Cuda.R_32F),
    /// As [#F32], but factors are taken as TF32: [Precision#TF32].
    TF32("TF32", Cuda.R_32F, Cuda.R_32F, Cuda.COMPUTE_32F_FAST_TF32, Cuda.R_32F),
    /// float64 all the way, as [Precision#FP64].
    F64("float64", Cuda.R_64F, Cuda.R_64F, Cuda.COMPUTE_64F, Cuda.R_64F),
    /// Factors and result are bfloat16, sums float32: the result is rounded once.
    BF16("bfloat16", Cuda.R_16BF, Cuda.R_16BF, Cuda.COMPUTE_32F, Cuda.R_32F),
    /// Factors are bfloat16, sums and result float32: logits, and gradients of weights.
    BF16_TO_F32("bfloat16 to float32", Cuda.R_16BF, Cuda.R_32F, Cuda.COMPUTE_32F, Cuda.R_32F);

    private static final class Cuda {
        static final int R_32F = 0;
        static final int R_64F = 1;
        static final int R_16BF = 14;
        static final int COMPUTE_32F = 68;
        static final int COMPUTE_64F = 70;
        static final int COMPUTE_32F_FAST_TF32 = 77;
    }

    private final String words;
    private final int factor;
    private final int result;
    private final int compute;
    private final int scale;

    CudaLtTypes(String words, int factor, int result, int compute, int scale) {
        this.words = words;
        this.factor = factor;
        this.result = result;
        this.compute = compute;
        this.scale = scale;
    }

    /// Those of a device's precision, where its products take what is stored.
    ///
    /// @throws IllegalArgumentException for BF16 and FP32_3XTF32, whose factors are made first ([CudaProducts])
    static CudaLtTypes of(Precision precision) {
        return switch (precision) {
            case FP32 -> F32;
            case TF32 -> TF32;
            case FP64 -> F64;
            case BF16, FP32_3XTF32 ->
                throw new IllegalArgumentException("Products in " + precision + " do not take what is stored.");
        };
    }

    /// cuBLAS' number for the type of both factors.
    int factor() {
        return factor;
    }

    /// cuBLAS' number for the type of the result.
    int result() {
        return result;
    }

    /// cuBLAS' number for how products are made and added.
    int compute() {
        return compute;
    }

    /// cuBLAS' number for the type of alpha and beta.
    int scale() {
        return scale;
    }

    /// Bytes of one element of a factor.
    int factorBytes() {
        return bytes(factor);
    }

    /// Bytes of one element of the result, and of the bias.
    int resultBytes() {
        return bytes(result);
    }

    private static int bytes(int type) {
        return switch (type) {
            case Cuda.R_64F -> Double.BYTES;
            case Cuda.R_16BF -> Short.BYTES;
            default -> Float.BYTES;
        };
    }

    @Override
    public String toString() {
        return words;
    }
}
