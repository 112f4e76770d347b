package dev.cresset.train;

import dev.cresset.backend.Device;
import dev.cresset.data.Remainder;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The options of a [Trainer], each with its default.
public final class TrainerBuilder {
    private final Layer model;
    private final Loss loss;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private @Nullable Device device;
    private Trainer.Optimization optimization = parameters -> new SGD(parameters, Hyper.lr(0.01));
    private int epochs = 10;
    private int batchSize = 32;
    private Remainder remainder = Remainder.KEEP;
    private long seed;
    private int evaluateEvery = 1;
    private @Nullable EarlyStopping earlyStopping;

    TrainerBuilder(Layer model, Loss loss) {
        this.model = model;
        this.loss = loss;
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
        this.epochs = atLeastOne("epochs", epochs);
        return this;
    }

    /// Rows of a batch; 1 or more, default 32. A dataset with fewer rows is one batch.
    public TrainerBuilder batchSize(int batchSize) {
        this.batchSize = atLeastOne("batchSize", batchSize);
        return this;
    }

    /// What happens to a last batch that is not full; default: it is trained on.
    public TrainerBuilder remainder(Remainder remainder) {
        this.remainder = remainder;
        return this;
    }

    /// Seed of the shuffling; default 0.
    public TrainerBuilder seed(long seed) {
        this.seed = seed;
        return this;
    }

    /// Evaluates after every k-th epoch and after the last; 1 or more, default 1.
    public TrainerBuilder evaluateEvery(int k) {
        this.evaluateEvery = atLeastOne("evaluateEvery", k);
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
                seed,
                evaluateEvery,
                earlyStopping,
                List.copyOf(listeners)));
    }

    private static int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("Trainer: " + option + " is 1 or more, found " + value + ".");
        }
        return value;
    }
}
