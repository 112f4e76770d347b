package dev.cresset.app;

import dev.cresset.backend.Activation;
import dev.cresset.data.Dataset;
import dev.cresset.data.Standardizer;
import dev.cresset.data.Task;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What features go through before the network, and targets while it is trained.
final class StandardizeOption {
    private static final String FEATURES = "--standardize";
    private static final String TARGETS = "--standardize-targets";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = FEATURES,
            description = "Shift and scale each feature to mean 0 and deviation 1, by the rows trained on; saved with"
                    + " the model.")
    private boolean standardize;

    @Option(
            names = TARGETS,
            description = "Train a regression on targets of mean 0 and deviation 1, for targets of large numbers, such"
                    + " as prices; the saved model and all final figures are in the targets' own units.")
    private boolean standardizeTargets;

    /// The standardizer for what is trained on, or null.
    @Nullable
    Standardizer fit(Dataset train) {
        return standardize ? Standardizer.fit(train.features()) : null;
    }

    /// The scale of the targets of what is trained on, or null.
    ///
    /// @throws ParameterException if the targets cannot be scaled
    @Nullable
    TargetScale fitTargets(Dataset train, Objective objective) {
        if (!standardizeTargets) {
            return null;
        }
        if (!allowsTargets(train, objective)) {
            throw new ParameterException(
                    command.commandLine(),
                    TARGETS + " goes with a regression by mse, mse-halved, l1 or smooth-l1, found a "
                            + UserName.of(train.schema().task()) + " by " + objective.name() + ": leave it out");
        }
        return TargetScale.fit(train);
    }

    /// What to add to the message of a run that diverged.
    String hint(Dataset train, Objective objective) {
        if (standardizeTargets || !allowsTargets(train, objective)) {
            return standardize ? "" : " " + FEATURES + " standardises the features.";
        }
        return standardize
                ? " Or let " + TARGETS + " scale the targets."
                : " Or let " + TARGETS + " scale the targets, together with " + FEATURES + ".";
    }

    private static boolean allowsTargets(Dataset train, Objective objective) {
        return train.schema().task() == Task.REGRESSION
                && objective.name().output().kind() == Activation.Kind.IDENTITY;
    }

    Parts apply(@Nullable Standardizer standardizer, Parts parts) {
        return new Parts(
                apply(standardizer, parts.train()),
                parts.validation() == null ? null : apply(standardizer, parts.validation()));
    }

    /// What follows the description of the data: which of it is standardised.
    String suffix() {
        return (standardize ? ", standardised" : "") + (standardizeTargets ? ", targets standardised" : "");
    }

    Dataset apply(@Nullable Standardizer standardizer, Dataset dataset) {
        return standardizer == null ? dataset : dataset.withFeatures(standardizer.apply(dataset.features()));
    }
}
