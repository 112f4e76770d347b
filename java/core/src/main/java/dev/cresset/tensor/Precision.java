package dev.cresset.tensor;

/// How a device stores numbers and multiplies matrices. Layers know nothing of it: precision
/// belongs to the device.
public enum Precision {
    /// IEEE 754 binary32: 24 significant bits.
    FP32(Float.BYTES, 0x1p-24, 0x1p-24),
    /// Stored as FP32; products of matrices take 11 significant bits of their factors (NVIDIA's TensorFloat-32), which
    /// some GPUs round and others cut off, and add in float32. Narrow training steps
    /// ([dev.cresset.backend.step.Tier#NARROW]) keep what lies between products in TF32, too. On GPUs only.
    TF32(Float.BYTES, 0x1p-24, 0x1p-10),
    /// Stored as FP32; products of matrices round their factors to bfloat16, 8 significant bits, and add in float32.
    /// Whole training steps ([dev.cresset.backend.step.Tier]) keep what lies between products in bfloat16, parameters
    /// in float32. On GPUs only.
    BF16(Float.BYTES, 0x1p-24, 0x1p-8),
    /// Stored as FP32; products of matrices split each factor into two of 11 significant bits and add three TF32
    /// products: nearly the accuracy of FP32, at about twice its speed on GPUs with matrix units. A product's relative
    /// error is some 2⁻²¹; an infinite factor gives NaN where float32 gives infinity. On GPUs only.
    FP32_3XTF32(Float.BYTES, 0x1p-24, 0x1p-21),
    /// IEEE 754 binary64: 53 significant bits; what gradients are verified in.
    FP64(Double.BYTES, 0x1p-53, 0x1p-53);

    private final int bytes;
    private final double roundoff;
    private final double productRoundoff;

    Precision(int bytes, double roundoff, double productRoundoff) {
        this.bytes = bytes;
        this.roundoff = roundoff;
        this.productRoundoff = productRoundoff;
    }

    /// Whether only GPUs compute in this precision.
    public boolean isOfGpusOnly() {
        return this == TF32 || this == BF16 || this == FP32_3XTF32;
    }

    /// Bytes of one stored element.
    public int bytes() {
        return bytes;
    }

    /// Unit roundoff u: a stored number differs from the real one by at most the factor 1 ± u.
    public double roundoff() {
        return roundoff;
    }

    /// By what factor 1 ± p a factor of a product of matrices may differ from what is stored.
    public double productRoundoff() {
        return productRoundoff;
    }
}
