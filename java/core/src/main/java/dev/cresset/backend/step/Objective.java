package dev.cresset.backend.step;

import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.PointwiseLoss;
import org.jspecify.annotations.Nullable;

/// What a step makes smaller.
public sealed interface Objective {
    /// A cross-entropy of the chain's output as logits.
    ///
    /// @param weights one for each class, or null for 1 each
    record Classes(CrossEntropy spec, double @Nullable [] weights) implements Objective {}

    /// `scale · Σ ℓ(a, y)` over all elements.
    record Elements(PointwiseLoss kind, double scale) implements Objective {}
}
