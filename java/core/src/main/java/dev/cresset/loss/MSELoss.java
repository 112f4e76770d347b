package dev.cresset.loss;

import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Reduction;

/// The squared error `Σ(a − y)²`, reduced. With MEAN the gradient is `2(A − Y)/(N·C)`.
public final class MSELoss extends ElementwiseLoss {
    /// With the mean over all elements.
    public MSELoss() {
        this(Reduction.MEAN);
    }

    public MSELoss(Reduction reduction) {
        super(PointwiseLoss.SQUARED, reduction, 1);
    }

    private MSELoss(Reduction reduction, double factor) {
        super(PointwiseLoss.SQUARED, reduction, factor);
    }

    /// Half of the squared error, as one of the courses defines it: `Σ(a − y)² / (2·N·C)`, with the gradient
    /// `(A − Y)/(N·C)`.
    public static MSELoss halved() {
        return halved(Reduction.MEAN);
    }

    /// Half of the squared error with another reduction.
    public static MSELoss halved(Reduction reduction) {
        return new MSELoss(reduction, 0.5);
    }
}
