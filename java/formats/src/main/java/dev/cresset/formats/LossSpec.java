package dev.cresset.formats;

import java.util.Map;
import java.util.TreeMap;

/// The loss that a model was trained with, by name: what its outputs mean depends on it (logits, probabilities,
/// numbers). The command line's names are `cross-entropy`, `bce`, `bce-with-logits`, `mse`, `mse-halved`, `l1` and
/// `smooth-l1`; other programs may use others.
///
/// @param name    of the loss
/// @param options its numbers by name, such as `label-smoothing`, where they are not the defaults
public record LossSpec(String name, Map<String, Double> options) {
    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if an option is not finite
    public LossSpec {
        options = Map.copyOf(options);
        options.forEach((option, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "Loss " + name + ": a finite number expected for " + option + ", found " + value + ".");
            }
        });
    }

    /// A loss with all its defaults.
    public static LossSpec of(String name) {
        return new LossSpec(name, Map.of());
    }

    /// The options sorted by name, so that the same loss gives the same bytes.
    Map<String, Double> sorted() {
        return new TreeMap<>(options);
    }
}
