package dev.cresset.train;

import java.util.ArrayList;
import java.util.List;

/// Writes down what a trainer says.
class Diary implements TrainingListener {
    final List<String> lines = new ArrayList<>();
    final List<EpochReport> epochs = new ArrayList<>();
    private final String name;

    Diary(String name) {
        this.name = name;
    }

    @Override
    public void onBatch(BatchReport report) {
        lines.add(name + " batch " + report.epoch() + "." + report.batch());
    }

    @Override
    public void onEpoch(EpochReport report) {
        epochs.add(report);
        lines.add(name + " epoch " + report.epoch());
    }

    @Override
    public void onEnd(History history) {
        lines.add(name + " end " + history.end());
    }
}
