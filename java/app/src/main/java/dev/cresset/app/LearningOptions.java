package dev.cresset.app;

import dev.cresset.data.Dataset;
import dev.cresset.data.Task;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What is to be learned.
final class LearningOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description =
                    "classification or regression (default: text is a classification, numbers are a" + " regression).")
    private @Nullable Task task;

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            description = "For a classification cross-entropy (default), bce-with-logits or bce; for a regression mse"
                    + " (default), mse-halved, l1, smooth-l1, or bce for targets from 0 to 1.")
    private @Nullable LossName loss;

    @Option(
            names = "--label-smoothing",
            paramLabel = "X",
            converter = OptionTypes.Share.class,
            defaultValue = "0",
            description =
                    "Share of each label spread over all classes, with cross-entropy (default:" + " ${DEFAULT-VALUE}).")
    private double labelSmoothing;

    /// The task that was asked for, or null.
    @Nullable
    Task task() {
        return task;
    }

    /// The loss for a dataset.
    ///
    /// @throws ParameterException if it does not fit the data
    Objective objective(Dataset dataset) {
        Objective objective = objective(dataset.schema().task());
        try {
            objective.name().requireFit(dataset);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
        return objective;
    }

    /// The loss for a task; it may not fit.
    Objective objective(Task of) {
        LossName name = loss != null ? loss : LossName.of(of);
        if (labelSmoothing != 0 && name != LossName.CROSS_ENTROPY) {
            throw new ParameterException(
                    command.commandLine(), "--label-smoothing goes with the loss cross-entropy, found " + name);
        }
        return new Objective(name, labelSmoothing);
    }

    /// The task that the options speak of, where there is no data to infer it from.
    Task taskWithoutData() {
        if (task != null) {
            return task;
        }
        return loss != null && !loss.fits(Task.CLASSIFICATION) ? Task.REGRESSION : Task.CLASSIFICATION;
    }
}
