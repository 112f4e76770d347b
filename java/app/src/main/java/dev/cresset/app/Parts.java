package dev.cresset.app;

import dev.cresset.data.Dataset;
import dev.cresset.data.Split;
import org.jspecify.annotations.Nullable;

/// What is trained on, and what the model is judged by, if anything.
record Parts(Dataset train, @Nullable Dataset validation) {
    static Parts of(Split split) {
        return new Parts(split.train(), split.validation());
    }

    /// One line for people.
    String describe(Dataset all) {
        return all
                + (validation == null
                        ? "; all to train"
                        : "; " + train.size() + " to train, " + validation.size() + " to validate");
    }
}
