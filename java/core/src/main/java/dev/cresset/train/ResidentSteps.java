package dev.cresset.train;

import dev.cresset.backend.step.Tier;

/// Steps verb by verb on batches that the device draws itself.
final class ResidentSteps implements Steps {
    private final RecordedSteps steps;
    private final int atOnce;
    private final ResidentData data;
    private final String reasons;

    /// @param reasons why no faster way was taken
    ResidentSteps(RecordedSteps steps, int atOnce, ResidentData data, String reasons) {
        this.steps = steps;
        this.atOnce = atOnce;
        this.data = data;
        this.reasons = reasons;
    }

    @Override
    public void run(int first, int count) {
        steps.run(count);
    }

    @Override
    public int atOnce() {
        return atOnce;
    }

    @Override
    public boolean goesOnByItself() {
        return true;
    }

    @Override
    public Tier tier() {
        return Tier.COMPOSED;
    }

    @Override
    public String description() {
        String text = "verb by verb; " + data;
        return reasons.isEmpty() ? text : text + "\n  " + reasons;
    }

    @Override
    public void close() {
        steps.close();
    }
}
