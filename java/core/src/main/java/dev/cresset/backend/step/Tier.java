package dev.cresset.backend.step;

/// The ways to do a training step.
public enum Tier {
    /// The first of the others that the device has and the step fits.
    AUTO,
    /// Many whole steps in one kernel of one block, for nets of a few thousand parameters. It computes in float32, or
    /// in FP64 all the way; in TF32, BF16 and FP32_3XTF32 that is more exact than asked for.
    TINY,
    /// Two kernels a step, for layers of at most 128 units with simple activations: a tile of samples goes forward and
    /// back without leaving the chip. It multiplies in FP32, TF32 and BF16.
    NARROW,
    /// A library's products with what is round them fused into theirs or into kernels of ours.
    FUSED,
    /// Verb by verb, as the layers say: every device has it, for every step.
    COMPOSED
}
