package dev.cresset.loss;

import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Reduction;

/// The absolute error with a parabola of half-width β around 0: `d²/(2β)` for |d| < β, else `|d| − β/2`, with
/// d = a − y, reduced (Girshick, "Fast R-CNN", 2015).
public final class SmoothL1Loss extends ElementwiseLoss {
    /// With β = 1 and the mean over all elements.
    public SmoothL1Loss() {
        this(1, Reduction.MEAN);
    }

    /// @param beta β, above 0
    public SmoothL1Loss(double beta, Reduction reduction) {
        super(PointwiseLoss.smoothAbsolute(beta), reduction, 1);
    }
}
