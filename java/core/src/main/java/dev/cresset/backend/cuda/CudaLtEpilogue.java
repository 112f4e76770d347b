package dev.cresset.backend.cuda;

import dev.cresset.backend.cuda.CudaLtSpec.Op;

/// What a planned product does to its result on the way to memory, while a separate kernel would read and write it all
/// once more. `w` is the number of the result's columns: the width of the layer that it belongs to.
///
/// The mask of a ReLU is cuBLASLt's: one bit for each element of the result, rows of [CudaLtSpec#maskPitch()] bits. It
/// is given from [#RELU_AUX_BIAS] to [#DRELU] or [#DRELU_BGRAD], and nobody else reads it.
///
/// Source of the numbers: `cublasLtEpilogue_t` in `cublasLt.h`, CUDA 13.
enum CudaLtEpilogue {
    /// `D = product + beta·D`.
    NONE(1, ""),
    /// Forward: `D = product + 1·biasᵀ`, bias of `w` elements.
    BIAS(4, " + bias"),
    /// Forward: `D = max(product + 1·biasᵀ, 0)`.
    RELU_BIAS(2 | 4, " + bias, ReLU"),
    /// Forward: as [#RELU_BIAS], and the mask ← where D is positive.
    RELU_AUX_BIAS(2 | 128 | 4, " + bias, ReLU, mask"),
    /// Gradient of the input: `D = product` where the mask is set, 0 elsewhere.
    DRELU(8 | 128, ", ReLU gradient"),
    /// Gradient of the input: as [#DRELU], and bias ← the sums of D's columns, `w` of them: the gradient of the bias of
    /// the layer below. They are of the result's type: with [CudaLtTypes#BF16], bfloat16.
    DRELU_BGRAD(8 | 128 | 16, ", ReLU gradient, bias gradient");

    private final int value;
    private final String words;

    CudaLtEpilogue(int value, String words) {
        this.value = value;
        this.words = words;
    }

    /// cuBLASLt's number.
    int value() {
        return value;
    }

    /// Whether it reads a bias, or writes one's gradient.
    boolean usesBias() {
        return (value & (4 | 16)) != 0;
    }

    /// Whether it writes or reads a mask.
    boolean usesMask() {
        return (value & 128) != 0;
    }

    /// Whether it makes sense for this product.
    boolean fits(Op op) {
        return switch (this) {
            case NONE -> true;
            case BIAS, RELU_BIAS, RELU_AUX_BIAS -> op == Op.FORWARD;
            case DRELU, DRELU_BGRAD -> op == Op.INPUT_GRADIENT;
        };
    }

    /// What follows the product in a description.
    @Override
    public String toString() {
        return words;
    }
}
