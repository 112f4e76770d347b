package dev.cresset.app;

import dev.cresset.data.Dataset;
import dev.cresset.loss.Loss;
import dev.cresset.nn.MLP;
import dev.cresset.train.BatchReport;
import dev.cresset.train.Evaluator;
import dev.cresset.train.TrainingListener;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds a run whose loss left all bounds without becoming infinite: its model is far worse than the one that it began
/// with. Both are judged by the same rows, spread over the data: a batch may be one row, and that one right by luck.
final class Growth implements TrainingListener {
    /// No model that learns anything has so many times the loss of an untrained one.
    private static final double BOUND = 1000;

    private static final int MOST_ROWS = 1000;

    private final MLP model;
    private final Loss loss;
    private final Dataset some;
    private final double first;
    private @Nullable BatchReport beyond;

    /// @param model as it is before the first step, on its device
    /// @param train what it is trained on
    Growth(MLP model, Loss loss, Dataset train) {
        int rows = Math.min(train.size(), MOST_ROWS);
        this.model = model;
        this.loss = loss;
        this.some = train.select(IntStream.range(0, rows)
                .map(i -> (int) ((long) i * train.size() / rows))
                .toArray());
        this.first = now();
    }

    @Override
    public void onBatch(BatchReport report) {
        if (beyond == null && isBeyond(report.loss())) {
            beyond = report;
        }
    }

    private double now() {
        return Evaluator.evaluate(model, loss, some).loss();
    }

    private boolean isBeyond(double value) {
        return value > BOUND * first;
    }

    /// What is to be said of the model as it is now, if it is beyond the bound; empty if it is not.
    String complaint() {
        double last = now();
        if (!isBeyond(last)) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "The loss grew from %.4g before the first step to %.4g%s: lower the learning rate, standardise the"
                        + " features, or check the data.",
                first,
                last,
                beyond == null ? "" : ", a thousandfold " + place(beyond));
    }

    private static String place(BatchReport report) {
        long step = (report.epoch() - 1L) * report.batches() + report.batch();
        return "by step " + step + " (epoch " + report.epoch() + ", batch " + report.batch() + " of " + report.batches()
                + ")";
    }
}
