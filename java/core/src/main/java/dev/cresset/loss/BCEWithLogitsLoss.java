package dev.cresset.loss;

import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Reduction;

/// The binary cross-entropy of `σ(a)` for logits a, computed as `Σ max(a, 0) − a·y + log(1 + e^−|a|)`, reduced;
/// exact for logits of any size.
public final class BCEWithLogitsLoss extends ElementwiseLoss {
    /// With the mean over all elements.
    public BCEWithLogitsLoss() {
        this(Reduction.MEAN);
    }

    public BCEWithLogitsLoss(Reduction reduction) {
        super(PointwiseLoss.BINARY_CROSS_ENTROPY_LOGITS, reduction, 1);
    }
}
