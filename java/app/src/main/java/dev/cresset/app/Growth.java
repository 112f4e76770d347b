package dev.cresset.app;

import dev.cresset.train.BatchReport;
import dev.cresset.train.EpochReport;
import dev.cresset.train.History;
import dev.cresset.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds a run whose loss left all bounds without becoming infinite: its model is far worse than the one that it began
/// with. Losses of single batches are compared, each that of the model before a step.
final class Growth implements TrainingListener {
    /// No model that learns anything has so many times the loss of an untrained one.
    private static final double BOUND = 1000;

    private final List<Double> lastOfEpochs = new ArrayList<>();
    private double first = Double.NaN;
    private double last;
    private @Nullable BatchReport beyond;

    @Override
    public void onBatch(BatchReport report) {
        if (Double.isNaN(first)) {
            first = report.loss();
        }
        last = report.loss();
        if (beyond == null && isBeyond(last)) {
            beyond = report;
        }
    }

    @Override
    public void onEpoch(EpochReport report) {
        lastOfEpochs.add(last);
    }

    private boolean isBeyond(double loss) {
        return loss > BOUND * first;
    }

    /// What is to be said of a run whose kept model is beyond the bound; empty if it is not.
    String complaint(History history) {
        if (beyond == null || !isBeyond(lastOfEpochs.get(history.keptEpoch() - 1))) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "The loss grew from %.4g before the first step to %.4g, a thousandfold by step %d (epoch %d, batch %d"
                        + " of %d): lower the learning rate, standardise the features, or check the data.",
                first,
                lastOfEpochs.get(history.keptEpoch() - 1),
                (beyond.epoch() - 1L) * beyond.batches() + beyond.batch(),
                beyond.epoch(),
                beyond.batch(),
                beyond.batches());
    }
}
