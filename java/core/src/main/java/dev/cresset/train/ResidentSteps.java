package dev.cresset.train;

/// Steps verb by verb on batches that the device draws itself.
final class ResidentSteps implements Steps {
    private final RecordedSteps steps;
    private final int atOnce;
    private final ResidentData data;

    ResidentSteps(RecordedSteps steps, int atOnce, ResidentData data) {
        this.steps = steps;
        this.atOnce = atOnce;
        this.data = data;
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
    public String description() {
        return "verb by verb, up to " + atOnce + " steps together, data on the device (" + data + ")";
    }

    @Override
    public void close() {
        steps.close();
    }
}
