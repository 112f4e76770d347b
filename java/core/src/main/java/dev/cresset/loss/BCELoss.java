package dev.cresset.loss;

import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Reduction;

/// The binary cross-entropy `−Σ(y·log a + (1 − y)·log(1 − a))` of probabilities a and targets y in [0, 1], reduced.
/// A prediction outside of that range gives NaN. Logarithms are bounded by −100. Prefer [BCEWithLogitsLoss], which
/// takes logits and loses nothing near 0 and 1.
public final class BCELoss extends ElementwiseLoss {
    /// With the mean over all elements.
    public BCELoss() {
        this(Reduction.MEAN);
    }

    public BCELoss(Reduction reduction) {
        super(PointwiseLoss.BINARY_CROSS_ENTROPY, reduction, 1);
    }
}
