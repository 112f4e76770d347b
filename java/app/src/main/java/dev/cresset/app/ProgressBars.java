package dev.cresset.app;

import dev.cresset.train.BatchReport;
import dev.cresset.train.EpochReport;
import dev.cresset.train.Evaluation;
import dev.cresset.train.History;
import dev.cresset.train.Metric;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// One bar for the whole run, with rate, time left and loss: for terminals.
final class ProgressBars implements Progress {
    /// Given, so that the terminal is not asked for it by native code.
    private static final int COLUMNS = 100;

    private static final int REFRESH_MILLIS = 200;

    private final PrintStream stream;
    private final TargetUnit unit;
    private @Nullable ProgressBar bar;
    private String figures = "";

    ProgressBars(PrintStream stream, TargetUnit unit) {
        this.stream = stream;
        this.unit = unit;
    }

    @Override
    public void onBatch(BatchReport report) {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("training")
                    .setInitialMax((long) report.epochs() * report.batches())
                    .setConsumer(new ConsoleProgressBarConsumer(stream, COLUMNS))
                    .setStyle(
                            stream.charset().equals(StandardCharsets.UTF_8)
                                    ? ProgressBarStyle.UNICODE_BLOCK
                                    : ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REFRESH_MILLIS)
                    .showSpeed()
                    .build();
        }
        bar.step();
        if (report.batch() == 1) {
            bar.setExtraMessage(" epoch " + report.epoch() + "/" + report.epochs() + figures);
        }
    }

    @Override
    public void onEpoch(EpochReport report) {
        Evaluation validation = report.validation();
        figures = String.format(Locale.ROOT, " loss %.3g", report.trainLoss());
        if (validation != null) {
            figures += validation.figures().containsKey(Metric.ACCURACY)
                    ? String.format(Locale.ROOT, " acc %.4f", validation.get(Metric.ACCURACY))
                    : String.format(Locale.ROOT, " val %.3g", validation.loss());
        }
        figures += unit.suffix();
    }

    @Override
    public void onEnd(History history) {
        close();
    }

    /// Ends the bar's line; after an error, too.
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
