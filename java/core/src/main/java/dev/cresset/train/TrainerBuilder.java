package dev.cresset.train;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.Tier;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.RowOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The options of a [Trainer], each with its default: without any it trains where the model is, by plain SGD with
/// learning rate 0.01, for 10 epochs of shuffled batches of 32.
public final class TrainerBuilder {
    private final Layer model;
    private final Loss loss;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private @Nullable Device device;
    private Trainer.Optimization optimization = parameters -> new SGD(parameters, Hyper.lr(0.01));
    private int epochs = 10;
    private int batchSize = 32;
    private Remainder remainder = Remainder.KEEP;
    private RowOrder.Kind order = RowOrder.Kind.SHUFFLED;
    private long seed;
    private Tier tier = Tier.AUTO;
    private Residence residence = Residence.AUTO;
    private int stepsAtOnce;
    private int evaluateEvery = 1;
    private @Nullable EarlyStopping earlyStopping;

    TrainerBuilder(Layer model, Loss loss) {
        this.model = Objects.requireNonNull(model, "model");
        this.loss = Objects.requireNonNull(loss, "loss");
    }

    /// Where to train; the model is moved there. Default: where the model is.
    public TrainerBuilder device(Device device) {
        this.device = device;
        return this;
    }

    /// SGD with these numbers for all parameters. Default: learning rate 0.01, no momentum.
    public TrainerBuilder optimizer(Hyper hyper) {
        return optimizer(hyper, Map.of());
    }

    /// SGD with groups of parameters; see [SGD#SGD(dev.cresset.backend.Parameters, Hyper, Map)].
    public TrainerBuilder optimizer(Hyper rest, Map<Predicate<String>, Hyper> groups) {
        optimization = parameters -> new SGD(parameters, rest, groups);
        return this;
    }

    /// How often the data is gone through; 1 or more, default 10.
    public TrainerBuilder epochs(int epochs) {
        this.epochs = atLeastOne("epochs", epochs, 10);
        return this;
    }

    /// Rows of a batch; 1 or more, default 32. A dataset with fewer rows is one batch of them all,
    /// whatever [#remainder] says.
    public TrainerBuilder batchSize(int batchSize) {
        this.batchSize = atLeastOne("batchSize", batchSize, 32);
        return this;
    }

    /// What happens to a last batch that is not full; default: it is trained on.
    public TrainerBuilder remainder(Remainder remainder) {
        this.remainder = remainder;
        return this;
    }

    /// How an epoch goes through the data; default: shuffled, each epoch differently.
    public TrainerBuilder order(RowOrder.Kind order) {
        this.order = Objects.requireNonNull(order, "order");
        return this;
    }

    /// Seed of the shuffling; default 0.
    public TrainerBuilder seed(long seed) {
        this.seed = seed;
        return this;
    }

    /// The way a step is done; default: the fastest that the device has and the step fits. All ways compute the same,
    /// but add in different orders. A fused way leaves no gradients and no outputs of layers behind.
    ///
    /// A tier that does not fit is an [IllegalArgumentException] from `fit` or [#session], with the reason: whether it
    /// fits depends on the data, too. Nothing has been trained then.
    public TrainerBuilder tier(Tier tier) {
        this.tier = Objects.requireNonNull(tier, "tier");
        return this;
    }

    /// Where the data is during training; default: on the device where that has room.
    public TrainerBuilder residence(Residence residence) {
        this.residence = Objects.requireNonNull(residence, "residence");
        return this;
    }

    /// How many steps are submitted to the device at once, 1 to 4096; default: 1 on the CPU, more on a GPU. Listeners
    /// hear of batches when their losses have come back, up to twice as many steps later; within an epoch.
    public TrainerBuilder stepsAtOnce(int steps) {
        if (steps < 1 || steps > Progress.RING) {
            throw new IllegalArgumentException("Trainer: stepsAtOnce is 1 to " + Progress.RING + ", found " + steps
                    + ": leave it out for what suits the device.");
        }
        this.stepsAtOnce = steps;
        return this;
    }

    /// Evaluates after every k-th epoch and after the last; 1 or more, default 1.
    public TrainerBuilder evaluateEvery(int k) {
        this.evaluateEvery = atLeastOne("evaluateEvery", k, 1);
        return this;
    }

    /// Stops when validation gets no better and restores the best model; default: off.
    public TrainerBuilder earlyStopping(EarlyStopping rule) {
        this.earlyStopping = rule;
        return this;
    }

    /// Adds somebody to be told; called in the order of adding.
    public TrainerBuilder listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /// The trainer.
    public Trainer build() {
        return new Trainer(new Trainer.Plan(
                model,
                loss,
                device,
                optimization,
                epochs,
                batchSize,
                remainder,
                order,
                seed,
                tier,
                residence,
                stepsAtOnce,
                evaluateEvery,
                earlyStopping,
                List.copyOf(listeners)));
    }

    /// Training step by step on `train` instead of a whole run: epochs, evaluation and reports are the caller's own
    /// then. Of a listener only `onSteps` is called, and nothing looks whether losses are finite. The model is moved to
    /// the device and stays there.
    ///
    /// @throws dev.cresset.tensor.ShapeException if the model or the loss does not fit the data
    /// @throws IllegalArgumentException if a [#tier] was asked for that does not fit
    public TrainingSession session(Dataset train) {
        return build().session(train);
    }

    private static int atLeastOne(String option, int value, int usual) {
        if (value < 1) {
            throw new IllegalArgumentException("Trainer: " + option + " is 1 or more, found " + value
                    + ": leave it out for the default of " + usual + ", or give another number.");
        }
        return value;
    }
}
