package dev.cresset.backend;

/// A loss that compares prediction a and target y element by element.
///
/// | kind | ℓ(a, y) | ∂ℓ/∂a |
/// |---|---|---|
/// | SQUARED | (a − y)² | 2(a − y) |
/// | ABSOLUTE | \|a − y\| | sign(a − y), 0 where equal |
/// | SMOOTH_ABSOLUTE | (a − y)²/(2β) where \|a − y\| < β, else \|a − y\| − β/2 | (a − y)/β, else sign(a − y) |
/// | BINARY_CROSS_ENTROPY | −y·log a − (1 − y)·log(1 − a) | (a − y) / (a(1 − a)) |
/// | BINARY_CROSS_ENTROPY_LOGITS | max(a, 0) − a·y + log(1 + e^−\|a\|) | σ(a) − y |
///
/// As in PyTorch, BINARY_CROSS_ENTROPY bounds each logarithm from below by −100 and the denominator
/// of its gradient by 1e-12, so that a saturated probability gives a large finite number.
///
/// @param kind which loss
/// @param beta the β of SMOOTH_ABSOLUTE, above 0; 0 and unused for the others
public record PointwiseLoss(Kind kind, double beta) {
    public static final PointwiseLoss SQUARED = new PointwiseLoss(Kind.SQUARED, 0);
    public static final PointwiseLoss ABSOLUTE = new PointwiseLoss(Kind.ABSOLUTE, 0);
    public static final PointwiseLoss BINARY_CROSS_ENTROPY = new PointwiseLoss(Kind.BINARY_CROSS_ENTROPY, 0);
    public static final PointwiseLoss BINARY_CROSS_ENTROPY_LOGITS =
            new PointwiseLoss(Kind.BINARY_CROSS_ENTROPY_LOGITS, 0);

    /// The losses; the table is at [PointwiseLoss].
    public enum Kind {
        SQUARED,
        ABSOLUTE,
        SMOOTH_ABSOLUTE,
        BINARY_CROSS_ENTROPY,
        BINARY_CROSS_ENTROPY_LOGITS
    }

    public PointwiseLoss {
        if (kind == Kind.SMOOTH_ABSOLUTE && !(beta > 0 && Double.isFinite(beta))) {
            throw new IllegalArgumentException(
                    "The smooth L1 loss needs a beta above 0, found " + beta + ": PyTorch's default is 1.");
        }
    }

    /// Smooth L1 with the width β of its parabola (Girshick, "Fast R-CNN", 2015).
    public static PointwiseLoss smoothAbsolute(double beta) {
        return new PointwiseLoss(Kind.SMOOTH_ABSOLUTE, beta);
    }
}
