package dev.cresset.loss;

import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.step.Objective;

/// A loss that compares prediction and target element by element and weighs the sum by the reduction:
/// `L = s · Σ ℓ(a, y)`, `dLdA = s · ℓ′(a, y)`, with s from [Reduction#scale], halved where the loss says so.
/// The elementary losses ℓ are in the table at [PointwiseLoss].
public abstract sealed class ElementwiseLoss extends Loss
        permits MSELoss, L1Loss, SmoothL1Loss, BCELoss, BCEWithLogitsLoss {
    private final PointwiseLoss kind;
    private final double factor;

    ElementwiseLoss(PointwiseLoss kind, Reduction reduction, double factor) {
        super(reduction);
        this.kind = kind;
        this.factor = factor;
    }

    /// As many as the prediction has.
    @Override
    public final int targetColumns(int columns) {
        return columns;
    }

    @Override
    public final Objective objective(int rows, int columns) {
        return new Objective.Elements(kind, factor * reduction().scale(rows, columns));
    }

    @Override
    final void compute(Room room) {
        room.device.ops().pointwiseLoss(kind, room.prediction, room.target, room.value, scale(room));
    }

    @Override
    final void computeGradient(Room room) {
        room.device.ops().pointwiseLossGradient(kind, room.prediction, room.target, room.gradient, scale(room));
    }

    @Override
    final void computeBoth(Room room) {
        room.device
                .ops()
                .pointwiseLossAndGradient(kind, room.prediction, room.target, room.value, room.gradient, scale(room));
    }

    private double scale(Room room) {
        return factor * reduction().scale(room.prediction.rows(), room.prediction.columns());
    }

    /// Class and reduction, as messages name this loss.
    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(" + reduction() + ")";
    }
}
