package dev.cresset.train;

import java.util.Map;

/// Figures of a model on a dataset, in evaluation mode.
///
/// @param rows rows of the dataset
/// @param figures loss and, by task, accuracy, or MSE and R²
public record Evaluation(int rows, Map<Metric, Double> figures) {
    public Evaluation {
        figures = Map.copyOf(figures);
    }

    /// One figure.
    ///
    /// @throws IllegalArgumentException if the task has no such figure
    public double get(Metric metric) {
        Double figure = figures.get(metric);
        if (figure == null) {
            throw new IllegalArgumentException(
                    "This evaluation has no " + metric + ", only " + figures.keySet() + ": it depends on the task.");
        }
        return figure;
    }

    public double loss() {
        return get(Metric.LOSS);
    }
}
