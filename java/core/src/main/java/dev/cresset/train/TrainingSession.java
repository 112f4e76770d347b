package dev.cresset.train;

import dev.cresset.backend.ClosedException;
import dev.cresset.data.Batches;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Mode;
import dev.cresset.optim.SGD;
import java.util.ArrayDeque;
import java.util.Deque;

/// Training step by step, under a caller's control: what a [Trainer] does, without epochs, reports and evaluation. For
/// benchmarks, and for programs that have a loop of their own.
///
/// ```java
/// try (TrainingSession session = Trainer.builder(model, loss).device(gpu).batchSize(128).session(data)) {
///     session.run(1000);
///     double last = session.loss();
/// }
/// ```
///
/// Steps go through the data again and again, each time in the order of a new epoch. The model is in training mode
/// while the session is open. For one thread at a time.
public final class TrainingSession implements AutoCloseable {
    /// What to close, the last first.
    private final Deque<Runnable> opened = new ArrayDeque<>();

    private final Layer.Within mode;
    private final Batches batches;
    private final SGD optimizer;
    private final Progress progress;
    private final StepChoice choice;
    private final int whole;
    private long done;
    private boolean closed;

    TrainingSession(Trainer.Plan plan, Feed feed) {
        this.batches = feed.batches();
        int count = batches.count();
        this.whole = batches.rows(count - 1) == batches.batchSize() ? count : count - 1;
        this.mode = plan.model().within(Mode.TRAINING);
        opened.push(mode::close);
        try {
            this.optimizer = plan.optimization().on(plan.model().parameters());
            opened.push(optimizer::close);
            this.progress = new Progress(plan.model().device());
            opened.push(progress::close);
            this.choice = new StepChoice(plan, optimizer, feed, progress);
            opened.push(choice::close);
            choice.requireTier();
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    /// Submits so many steps. Where the device works by itself they may not be done yet when this returns.
    ///
    /// @throws IllegalArgumentException if `steps` is negative
    /// @throws ClosedException if the session has been closed
    public void run(int steps) {
        requireOpen();
        if (steps < 0) {
            throw new IllegalArgumentException("A session runs 0 steps or more, found " + steps + ".");
        }
        for (int left = steps; left > 0; ) {
            int batch = (int) (done % batches.count());
            Steps way = choice.steps(batches.rows(batch));
            int count = Math.min(left, choice.atOnce(way));
            if (!way.goesOnByItself() || whole < batches.count()) {
                count = Math.min(count, (batch < whole ? whole : batches.count()) - batch);
            }
            way.run(batch, count);
            done += count;
            left -= count;
        }
    }

    /// The loss of the last step's batch, before that step; waits for it.
    ///
    /// @throws IllegalStateException if there was none
    public double loss() {
        requireOpen();
        if (done == 0) {
            throw new IllegalStateException("There was no step yet: run one first.");
        }
        return progress.ring().get(0, (int) ((done - 1) % Progress.RING));
    }

    /// Losses of the last `count` steps, the oldest first; waits for them.
    ///
    /// In fused steps the loss is NaN if the step of the same size before it (an epoch's last batch may be a shorter
    /// one) has left a parameter that is not finite. So after such parameters have been written anew, the first loss of
    /// each size is still NaN once.
    ///
    /// @param count at most as many as there were, and at most 4096
    public double[] losses(int count) {
        requireOpen();
        if (count < 0 || count > done || count > Progress.RING) {
            throw new IllegalArgumentException("The losses of " + count + " steps were asked for, there were " + done
                    + ", and the last " + Progress.RING + " are kept.");
        }
        double[] ring = progress.ring().toArray();
        double[] losses = new double[count];
        for (int i = 0; i < count; i++) {
            losses[i] = ring[(int) ((done - count + i) % Progress.RING)];
        }
        return losses;
    }

    /// Steps so far.
    public long steps() {
        return done;
    }

    /// How steps on whole batches are done.
    public StepWay way() {
        requireOpen();
        return choice.way(choice.steps(batches.rows(0)));
    }

    /// The same for people: a line that says it all, then as many as there is to tell.
    public String description() {
        return way().description();
    }

    /// Sets the learning rate, from the next step on.
    public void lr(double lr) {
        requireOpen();
        optimizer.lr(lr);
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedException("This training session has been closed: begin a new one.");
        }
    }

    /// Frees what the session holds; the model stays as it is. Closing twice is allowed.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        release();
    }

    /// All of it, whatever fails.
    private void release() {
        Runnable last = opened.poll();
        if (last != null) {
            try {
                last.run();
            } finally {
                release();
            }
        }
    }
}
