package dev.cresset.app;

import dev.cresset.data.Dataset;
import dev.cresset.data.Standardizer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What features go through before the network.
final class StandardizeOption {
    @Option(
            names = "--standardize",
            description = "Shift and scale each feature to mean 0 and deviation 1, by the rows trained on; saved with"
                    + " the model.")
    private boolean standardize;

    /// The standardizer for what is trained on, or null.
    @Nullable
    Standardizer fit(Dataset train) {
        return standardize ? Standardizer.fit(train.features()) : null;
    }

    Parts apply(@Nullable Standardizer standardizer, Parts parts) {
        return new Parts(
                apply(standardizer, parts.train()),
                parts.validation() == null ? null : apply(standardizer, parts.validation()));
    }

    Dataset apply(@Nullable Standardizer standardizer, Dataset dataset) {
        return standardizer == null ? dataset : dataset.withFeatures(standardizer.apply(dataset.features()));
    }
}
