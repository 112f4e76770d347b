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

    /// In pieces of as many as the device likes, and the rest in powers of two: each count that is recorded is a graph
    /// of its own, so there should be few.
    @Override
    public void run(int first, int count) {
        for (int left = count; left > 0; ) {
            int piece = left >= atOnce ? atOnce : Integer.highestOneBit(left);
            steps.run(piece);
            left -= piece;
        }
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
