package dev.cresset.train;

import dev.cresset.backend.Device;
import dev.cresset.backend.Parameters;
import dev.cresset.backend.Readback;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.step.Tier;
import dev.cresset.data.Batches;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.data.Task;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Mode;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Trains a model: for each epoch, for each batch, forward, loss, backward, step.
///
/// ```java
/// Trainer trainer = Trainer.builder(model, new CrossEntropyLoss())
///         .optimizer(Hyper.lr(0.1).withMomentum(0.9))
///         .epochs(20).batchSize(128).seed(1)
///         .build();
/// History history = trainer.fit(train, validation);
/// ```
///
/// The same seed, data, device and way of the steps ([StepWay]) give the same run, bit for bit. On a GPU the way may
/// depend on how much of its memory is free, unless [TrainerBuilder#tier] and [TrainerBuilder#residence] say it. A
/// trainer may be used again; one run at a time.
public final class Trainer {
    private final Plan plan;
    private volatile boolean cancelled;

    Trainer(Plan plan) {
        this.plan = plan;
    }

    /// A plan for training `model` with `loss`. A loss that compares whole rows, such as MSE or binary cross-entropy,
    /// is given the classes of a classification as one-hot rows, so the model has one output for each class.
    public static TrainerBuilder builder(Layer model, Loss loss) {
        return new TrainerBuilder(model, loss);
    }

    /// What a trainer does; made by [TrainerBuilder].
    record Plan(
            Layer model,
            Loss loss,
            @Nullable Device device,
            Optimization optimization,
            int epochs,
            int batchSize,
            Remainder remainder,
            RowOrder.Kind order,
            long seed,
            Tier tier,
            Residence residence,
            int stepsAtOnce,
            int evaluateEvery,
            @Nullable EarlyStopping earlyStopping,
            List<TrainingListener> listeners) {}

    /// Makes the optimizer for a model's parameters.
    interface Optimization {
        SGD on(Parameters parameters);
    }

    /// Trains on `train` without evaluating.
    ///
    /// @throws ShapeException if the model or the loss does not fit the data
    /// @throws NonFiniteLossException if the loss becomes NaN or infinite
    public History fit(Dataset train) {
        if (plan.earlyStopping != null) {
            throw new IllegalArgumentException(
                    "Early stopping watches validation data, none was given: call" + " fit(train, validation).");
        }
        return run(train, null);
    }

    /// Trains on `train` and evaluates on `validation`. The model ends on the device of the plan, in the mode it
    /// was in before; with early stopping it ends as the best one seen.
    ///
    /// @throws IllegalArgumentException if the two datasets differ in columns or classes, or two weights of the model
    ///     start with the same random numbers
    /// @throws ShapeException if the model or the loss does not fit the data
    /// @throws NonFiniteLossException if the loss becomes NaN or infinite, on either dataset
    public History fit(Dataset train, Dataset validation) {
        requireFit(plan.model, validation);
        if (!train.schema().equals(validation.schema())) {
            throw new IllegalArgumentException("Training and validation data must have the same columns and classes,"
                    + " found " + train + ", and " + validation + ", of other names or number: read both with one"
                    + " schema, or split one dataset.");
        }
        return run(train, validation);
    }

    /// Asks the run to end after the batches that have been submitted (with [TrainerBuilder#stepsAtOnce] 1, after the
    /// one that is being trained), or the next run to end before its first. May be
    /// called from any thread.
    public void cancel() {
        cancelled = true;
    }

    private History run(Dataset train, @Nullable Dataset validation) {
        Feed feed = feed(train);
        try (Layer.Within _ = plan.model.within(Mode.TRAINING)) {
            begin(feed);
            try (SGD optimizer = plan.optimization.on(plan.model.parameters());
                    Progress progress = new Progress(plan.model.device());
                    StepChoice choice = new StepChoice(plan, optimizer, feed, progress)) {
                choice.requireTier();
                return new Run(feed, progress, choice, validation).all();
            }
        } finally {
            cancelled = false;
        }
    }

    /// A session on `train`; see [TrainerBuilder#session].
    TrainingSession session(Dataset train) {
        Feed feed = feed(train);
        try (Layer.Within _ = plan.model.within(Mode.TRAINING)) {
            begin(feed);
        }
        return new TrainingSession(plan, feed);
    }

    private Feed feed(Dataset train) {
        requireFit(plan.model, train);
        int size = Math.min(plan.batchSize, train.size());
        return new Feed(new Batches(train, size, plan.order, plan.seed, plan.remainder), plan.loss);
    }

    /// Looks whether the batches fit the model in training mode, and brings it to its device.
    private void begin(Feed feed) {
        Batches batches = feed.batches();
        plan.model.requireRows(batches.rows(0));
        plan.model.requireRows(batches.rows(batches.count() - 1));
        Device place = plan.device == null ? plan.model.device() : plan.device;
        place.requireOpen("train " + plan.model.describe());
        if (place != plan.model.device()) {
            plan.model.to(place);
        }
        Starts.requireDifferent(plan.model.parameters());
    }

    static void requireFit(Layer model, Dataset dataset) {
        int outputs = model.outputs(dataset.inputs());
        if (outputs != dataset.outputs()) {
            boolean classes = dataset.schema().task() == Task.CLASSIFICATION;
            throw new ShapeException(model.describe() + " gives " + outputs(outputs) + " for each row, the data needs "
                    + dataset.outputs() + ", one for each " + (classes ? "class" : "target") + " (" + dataset
                    + "): give the last layer " + outputs(dataset.outputs())
                    + (classes && outputs == 1 && dataset.outputs() == 2
                            ? ", or make the data a regression on the numbers 0 and 1."
                            : "."));
        }
    }

    private static String outputs(int count) {
        return count == 1 ? "1 output" : count + " outputs";
    }

    /// One run.
    private final class Run {
        private final Feed feed;
        private final Progress progress;
        private final StepChoice choice;
        private final @Nullable Dataset validation;
        private final List<EpochReport> reports = new ArrayList<>();
        private final Best best = new Best(plan.earlyStopping);
        private final long begin = System.nanoTime();

        private Run(Feed feed, Progress progress, StepChoice choice, @Nullable Dataset validation) {
            this.feed = feed;
            this.progress = progress;
            this.choice = choice;
            this.validation = validation;
        }

        private History all() {
            for (int epoch = 1; epoch <= plan.epochs && !cancelled && !best.isExhausted(); epoch++) {
                double trainLoss = epoch(epoch);
                if (Double.isNaN(trainLoss)) {
                    break; // cancelled before the first batch
                }
                boolean turn = epoch % plan.evaluateEvery == 0 || epoch == plan.epochs;
                Evaluation evaluation = validation == null || !turn || cancelled
                        ? null
                        : Evaluator.evaluate(plan.model, plan.loss, validation);
                if (evaluation != null && !Double.isFinite(evaluation.loss())) {
                    throw NonFiniteLossException.inValidation(epoch, evaluation.loss());
                }
                EpochReport report = new EpochReport(epoch, plan.epochs, trainLoss, evaluation, seconds());
                reports.add(report);
                best.see(report, plan.model);
                plan.listeners.forEach(listener -> listener.onEpoch(report));
            }
            if (validation == null) {
                requireFinite();
            }
            best.restore(plan.model);
            History.End end = best.isExhausted()
                    ? History.End.STOPPED_EARLY
                    : cancelled ? History.End.CANCELLED : History.End.COMPLETED;
            History history = new History(reports, end, best.epoch(), seconds());
            plan.listeners.forEach(listener -> listener.onEnd(history));
            return history;
        }

        private double epoch(int epoch) {
            Batches batches = feed.batches();
            EpochLoss loss = new EpochLoss(epoch, batches);
            int whole =
                    batches.rows(batches.count() - 1) == batches.batchSize() ? batches.count() : batches.count() - 1;
            for (int next = 0; next < batches.count() && !cancelled; ) {
                Steps steps = choice.steps(batches.rows(next));
                int atOnce = choice.atOnce(steps);
                int count = Math.min(atOnce, (next < whole ? whole : batches.count()) - next);
                steps.run(next, count);
                progress.submitted(count);
                next += count;
                // While these run, the host looks at those before; where steps are submitted singly it wants to know.
                if (atOnce == 1 || progress.outstanding() == Readback.OUTSTANDING) {
                    loss.take();
                }
            }
            while (progress.outstanding() > 0) {
                loss.take();
            }
            return loss.value();
        }

        /// The loss of an epoch, put together from those of its batches as they become known.
        private final class EpochLoss {
            private final int epoch;
            private final Batches batches;
            private double sum;
            private int seen;
            private int batch;

            private EpochLoss(int epoch, Batches batches) {
                this.epoch = epoch;
                this.batches = batches;
            }

            /// Waits for the oldest losses that are on their way, and reports them.
            private void take() {
                int count = progress.take();
                for (int i = 0; i < count; i++) {
                    int rows = batches.rows(batch++);
                    double loss = progress.loss(i);
                    BatchReport report = new BatchReport(epoch, plan.epochs, batch, batches.count(), rows, loss);
                    if (!Double.isFinite(loss)) {
                        throw NonFiniteLossException.inTraining(report);
                    }
                    sum += plan.loss.reduction() == Reduction.SUM ? loss : loss * rows;
                    seen += rows;
                    plan.listeners.forEach(listener -> listener.onBatch(report));
                }
            }

            private double value() {
                return plan.loss.reduction() == Reduction.SUM && seen > 0 ? sum : sum / seen;
            }
        }

        /// Each batch's loss is that before its step; nothing has looked at what the last step did.
        private void requireFinite() {
            Dataset train = feed.batches().dataset();
            int rows = feed.batches().batchSize();
            Dataset some = train.select(IntStream.range(0, rows).toArray());
            double loss = Evaluator.evaluate(plan.model, plan.loss, some).loss();
            if (!Double.isFinite(loss)) {
                throw NonFiniteLossException.afterTheLastStep(loss);
            }
        }

        private double seconds() {
            return (System.nanoTime() - begin) * 1e-9;
        }
    }
}
