package dev.cresset.train;

import dev.cresset.backend.Reduction;
import dev.cresset.data.Batches;
import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.data.Task;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Mode;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// Uses a model without training it: figures on a dataset, predictions for rows. The model is put into
/// evaluation mode and back.
public final class Evaluator {
    private static final int BATCH = 1024;

    private Evaluator() {}

    /// The figures of `model` on `dataset`.
    ///
    /// The loss of the whole is put together from batches: their sum for SUM, else their mean weighted by
    /// rows (which for cross-entropy with class weights and MEAN is the mean of the batches' weighted means).
    ///
    /// @throws ShapeException if the model does not fit the dataset
    public static Evaluation evaluate(Layer model, Loss loss, Dataset dataset) {
        Trainer.requireFit(model, dataset);
        model.device().requireOpen("evaluate " + model.describe());
        Feed feed = new Feed(Batches.sequential(dataset, Math.min(BATCH, dataset.size())), loss);
        Map<Integer, Batch> places = new HashMap<>();
        Score score = new Score(dataset);
        double sum = 0;
        try (Layer.Within _ = model.within(Mode.EVALUATION)) {
            for (int b = 0; b < feed.batches().count(); b++) {
                int rows = feed.batches().rows(b);
                Batch batch = places.computeIfAbsent(rows, n -> feed.batch(model.device(), n));
                feed.copy(b, batch);
                Tensor prediction = model.forward(batch.x());
                double value = loss.forward(prediction, batch.target()).item();
                sum += loss.reduction() == Reduction.SUM ? value : value * rows / dataset.size();
                score.add(prediction.toArray());
            }
        }
        return new Evaluation(dataset.size(), score.figures(sum));
    }

    /// The outputs of `model` for `rows`, one array a row, in their order.
    ///
    /// @throws ShapeException if the model does not take rows of this width
    public static double[][] predict(Layer model, Rows rows) {
        int outputs = model.outputs(rows.width());
        model.device().requireOpen("compute " + model.describe());
        double[][] predictions = new double[rows.count()][outputs];
        Map<Integer, Tensor> places = new HashMap<>();
        double[] x = new double[Math.min(BATCH, rows.count()) * rows.width()];
        try (Layer.Within _ = model.within(Mode.EVALUATION)) {
            for (int from = 0; from < rows.count(); from += BATCH) {
                int count = Math.min(BATCH, rows.count() - from);
                for (int i = 0; i < count; i++) {
                    rows.copy(from + i, x, i * rows.width());
                }
                Tensor input = places.computeIfAbsent(count, n -> model.device().tensor(n, rows.width()));
                input.writeFirst(x);
                System.arraycopy(model.forward(input).toRows(), 0, predictions, from, count);
            }
        }
        return predictions;
    }

    /// Sums up what the metrics need, row after row of the dataset.
    private static final class Score {
        private final Dataset dataset;
        private final int outputs;
        private final double[] mean;
        private int row;
        private int hits;
        private double squares;
        private double variation;

        Score(Dataset dataset) {
            this.dataset = dataset;
            this.outputs = dataset.outputs();
            this.mean = new double[outputs];
            if (dataset.schema().task() == Task.REGRESSION) {
                for (int j = 0; j < outputs; j++) {
                    double sum = 0;
                    for (int i = 0; i < dataset.size(); i++) {
                        sum += dataset.targets().at(i, j);
                    }
                    mean[j] = sum / dataset.size();
                }
            }
        }

        void add(double[] predictions) {
            for (int from = 0; from < predictions.length; from += outputs, row++) {
                if (dataset.schema().task() == Task.CLASSIFICATION) {
                    hits += largest(predictions, from) == dataset.label(row) ? 1 : 0;
                } else {
                    addSquares(predictions, from);
                }
            }
        }

        private void addSquares(double[] predictions, int from) {
            for (int j = 0; j < outputs; j++) {
                double y = dataset.targets().at(row, j);
                double error = predictions[from + j] - y;
                squares += error * error;
                variation += (y - mean[j]) * (y - mean[j]);
            }
        }

        /// The number of the largest value, or −1 if one is not a number: then no class has been predicted.
        private int largest(double[] values, int from) {
            int best = 0;
            for (int j = 0; j < outputs; j++) {
                if (Double.isNaN(values[from + j])) {
                    return -1;
                }
                if (values[from + j] > values[from + best]) {
                    best = j;
                }
            }
            return best;
        }

        Map<Metric, Double> figures(double loss) {
            Map<Metric, Double> figures = new EnumMap<>(Metric.class);
            for (Metric metric : Metric.of(dataset)) {
                figures.put(
                        metric,
                        switch (metric) {
                            case LOSS -> loss;
                            case ACCURACY -> (double) hits / dataset.size();
                            case MSE -> squares / dataset.size() / outputs;
                            case R2 -> squares == 0 ? 1 : 1 - squares / variation;
                        });
            }
            return figures;
        }
    }
}
