package dev.cresset.app;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.Tier;
import dev.cresset.data.Dataset;
import dev.cresset.optim.Hyper;
import dev.cresset.train.EarlyStopping;
import dev.cresset.train.Residence;
import dev.cresset.train.TrainerBuilder;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How to train.
final class TrainingOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            defaultValue = "20",
            description = "How often to go through the data (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            defaultValue = "32",
            description = "Rows of a step (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--lr",
            paramLabel = "X",
            converter = OptionTypes.Amount.class,
            defaultValue = "0.01",
            description = "Learning rate (default: ${DEFAULT-VALUE}).")
    private double lr;

    @Option(
            names = "--momentum",
            paramLabel = "X",
            converter = OptionTypes.Share.class,
            defaultValue = "0",
            description = "Share of the last step kept in the next (default: ${DEFAULT-VALUE}).")
    private double momentum;

    @Option(names = "--nesterov", description = "Nesterov's form of momentum.")
    private boolean nesterov;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            converter = OptionTypes.Amount.class,
            defaultValue = "0",
            description = "Pull of all parameters towards 0 (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(
            names = "--validation",
            paramLabel = "FRACTION",
            converter = OptionTypes.Share.class,
            defaultValue = "0.2",
            description = "Share of the rows held back to judge the model by; 0 trains on all rows (default:"
                    + " ${DEFAULT-VALUE}).")
    private double validation;

    @Option(
            names = "--evaluate-every",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            defaultValue = "1",
            description = "Epochs from one evaluation to the next (default: ${DEFAULT-VALUE}).")
    private int evaluateEvery;

    @Option(
            names = "--early-stopping",
            paramLabel = "PATIENCE",
            converter = OptionTypes.Count.class,
            description = "Stop after so many evaluations without a better validation loss, and keep the best model"
                    + " (default: train all epochs, keep the last).")
    private @Nullable Integer patience;

    @Option(
            names = "--tier",
            paramLabel = "NAME",
            defaultValue = "auto",
            completionCandidates = TierNames.class,
            description = "How the device does a step: ${COMPLETION-CANDIDATES}; auto takes the fastest that fits"
                    + " (default: ${DEFAULT-VALUE}).")
    private Tier tier;

    @Option(
            names = "--data-on",
            paramLabel = "PLACE",
            defaultValue = "auto",
            description = "Where the data is during training: auto (the GPU, where it fits), device or host (default:"
                    + " ${DEFAULT-VALUE}).")
    private Residence residence;

    /// The tiers that there are.
    private static final class TierNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Tier.values()).map(UserName::of).iterator();
        }
    }

    /// Refuses options that do not go together.
    void check() {
        if (nesterov && momentum == 0) {
            throw new ParameterException(command.commandLine(), "--nesterov needs a --momentum above 0");
        }
        if (patience != null && validation == 0) {
            throw new ParameterException(command.commandLine(), "--early-stopping needs a --validation above 0");
        }
    }

    /// Refuses a tier that the device does not have at all.
    void check(Device device) {
        if (tier != Tier.AUTO && tier != Tier.COMPOSED && !device.hasOwnMemory()) {
            throw new ParameterException(
                    command.commandLine(),
                    "--tier " + UserName.of(tier) + " goes with a GPU, found " + device
                            + ", which does training steps verb by verb: leave it out");
        }
    }

    /// The parts of a dataset to train on and to judge by.
    Parts split(Dataset dataset, long seed) {
        if (validation == 0) {
            return new Parts(dataset, null);
        }
        try {
            return Parts.of(dataset.split(validation, seed));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--validation " + validation + ": " + e.getMessage(), e);
        }
    }

    TrainerBuilder applyTo(TrainerBuilder builder) {
        Hyper hyper = Hyper.lr(lr).withMomentum(momentum).withWeightDecay(weightDecay);
        builder.optimizer(nesterov ? hyper.withNesterov() : hyper)
                .epochs(epochs)
                .batchSize(batchSize)
                .tier(tier)
                .residence(residence)
                .evaluateEvery(evaluateEvery);
        return patience == null ? builder : builder.earlyStopping(EarlyStopping.patience(patience));
    }

    /// Whether the last batch of an epoch would be a single row.
    boolean leavesOneRow(int rows) {
        return rows > batchSize && rows % batchSize == 1;
    }

    int evaluateEvery() {
        return evaluateEvery;
    }

    /// One line for people.
    String describe() {
        return "SGD, lr " + lr
                + (momentum == 0 ? "" : (nesterov ? ", Nesterov momentum " : ", momentum ") + momentum)
                + (weightDecay == 0 ? "" : ", weight decay " + weightDecay)
                + ", batches of " + batchSize + ", up to " + epochs + " epochs";
    }
}
