package dev.cresset.loss;

import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Reduction;

/// The absolute error `Σ|a − y|`, reduced; its gradient is taken as 0 where a = y.
public final class L1Loss extends ElementwiseLoss {
    /// With the mean over all elements.
    public L1Loss() {
        this(Reduction.MEAN);
    }

    public L1Loss(Reduction reduction) {
        super(PointwiseLoss.ABSOLUTE, reduction, 1);
    }
}
