package dev.cresset.train;

import dev.cresset.data.Dataset;
import dev.cresset.data.Task;
import java.util.List;

/// A figure of a model on a dataset.
public enum Metric {
    /// The loss that the model is trained with, over the whole dataset.
    LOSS(Direction.LOWER),
    /// Share of the rows whose largest output is that of their class; classification.
    ACCURACY(Direction.HIGHER),
    /// Mean squared error over all outputs; regression.
    MSE(Direction.LOWER),
    /// Coefficient of determination `1 − Σ(a − y)² / Σ(y − ȳ)²` over all outputs, each around its own mean;
    /// regression. Where the targets do not vary it is 1 for a perfect prediction and else −∞.
    R2(Direction.HIGHER);

    private enum Direction {
        LOWER,
        HIGHER
    }

    private final Direction better;

    Metric(Direction better) {
        this.better = better;
    }

    /// Whether `value` is better than `other` by more than `margin`; a NaN is never better.
    public boolean improves(double value, double other, double margin) {
        return better == Direction.LOWER ? value < other - margin : value > other + margin;
    }

    /// The value that every other improves on.
    public double worst() {
        return better == Direction.LOWER ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    /// The figures that a dataset's task has beside the loss.
    static List<Metric> of(Dataset dataset) {
        return dataset.schema().task() == Task.CLASSIFICATION ? List.of(LOSS, ACCURACY) : List.of(LOSS, MSE, R2);
    }
}
