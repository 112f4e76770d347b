package dev.cresset.app;

import dev.cresset.train.EpochReport;
import java.io.PrintStream;
import java.util.Locale;

/// One line after an epoch: for logs.
final class ProgressLines implements Progress {
    private final PrintStream stream;
    private final int every;
    private final TargetUnit unit;

    ProgressLines(PrintStream stream, int every, TargetUnit unit) {
        this.stream = stream;
        this.every = every;
        this.unit = unit;
    }

    @Override
    public void onEpoch(EpochReport report) {
        if (report.epoch() % every != 0 && report.epoch() != report.epochs()) {
            return;
        }
        int width = Integer.toString(report.epochs()).length();
        stream.println(String.format(
                Locale.ROOT,
                "epoch %" + width + "d/%d  train loss %.4g%s%s  %.1f s",
                report.epoch(),
                report.epochs(),
                report.trainLoss(),
                report.validation() == null ? "" : "  validation " + Figures.text(report.validation()),
                unit.suffix(),
                report.seconds()));
    }

    @Override
    public void close() {}
}
