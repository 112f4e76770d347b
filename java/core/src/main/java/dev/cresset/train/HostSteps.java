package dev.cresset.train;

import dev.cresset.backend.Slot;
import dev.cresset.backend.step.Tier;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// Steps on batches that come from the host, one at a time. A recording knows where its batch lies, so there is one for
/// each slot that batches come in.
final class HostSteps implements Steps {
    private final StreamedFeed stream;
    private final Function<Batch, RecordedSteps> making;
    private final String reasons;
    private final Map<Integer, RecordedSteps> bySlot = new HashMap<>();

    /// @param stream gives the batches of this shape and of the others, in their order; it is not closed here
    /// @param reasons why no faster way was taken
    HostSteps(StreamedFeed stream, Function<Batch, RecordedSteps> making, String reasons) {
        this.stream = stream;
        this.making = making;
        this.reasons = reasons;
    }

    @Override
    public void run(int first, int count) {
        for (int i = 0; i < count; i++) {
            try (Slot slot = stream.next()) {
                if (slot == null) {
                    throw new IllegalStateException("There is no batch after the last epoch.");
                }
                RecordedSteps steps = bySlot.get(slot.number());
                if (steps == null) {
                    steps = making.apply(new Batch(slot.x(), slot.target()));
                    bySlot.put(slot.number(), steps);
                }
                steps.run(1);
            }
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
    public Tier tier() {
        return Tier.COMPOSED;
    }

    @Override
    public String description() {
        return reasons.isEmpty() ? "verb by verb" : "verb by verb\n  " + reasons;
    }

    @Override
    public void close() {
        bySlot.values().forEach(RecordedSteps::close);
    }
}
