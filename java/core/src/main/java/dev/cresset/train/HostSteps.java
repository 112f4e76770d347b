package dev.cresset.train;

/// Steps on batches that the host gathers and sends one by one.
final class HostSteps implements Steps {
    private final Feed feed;
    private final Batch batch;
    private final RecordedSteps steps;

    HostSteps(Feed feed, Batch batch, RecordedSteps steps) {
        this.feed = feed;
        this.batch = batch;
        this.steps = steps;
    }

    @Override
    public void run(int first, int count) {
        for (int i = 0; i < count; i++) {
            feed.copy(first + i, batch);
            steps.run(1);
        }
    }

    @Override
    public int atOnce() {
        return 1;
    }

    @Override
    public boolean goesOnByItself() {
        return false;
    }

    @Override
    public String description() {
        return "composed: verb by verb, batches from the host";
    }

    @Override
    public void close() {
        steps.close();
    }
}
