package dev.cresset.backend.step;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.Variable;

/// One layer of a chain, as a device sees it. Its `name` is how messages name the layer.
public sealed interface Stage {
    /// Type, place and sizes of the layer.
    String name();

    /// `Z = A·Wᵀ + 1·bᵀ`: weight outputs × inputs, bias 1 × outputs.
    record Affine(String name, Parameter weight, Parameter bias) implements Stage {
        public int inputs() {
            return weight.value().columns();
        }

        public int outputs() {
            return weight.value().rows();
        }
    }

    /// `A = f(Z)`.
    record Activate(String name, Activation function) implements Stage {}

    /// Batch normalisation with the batch's statistics: `y = γ·(x − μ)/√(σ² + ε) + β` with the biased σ²; the running
    /// statistics follow: `mean ← keep·mean + (1 − keep)·μ`, `variance ← keep·variance + (1 − keep)·factor·σ²`.
    ///
    /// @param gamma γ, 1 × features
    /// @param beta β, 1 × features
    /// @param factor 1 for the biased estimate, `N/(N − 1)` for the unbiased one
    record Normalize(
            String name,
            Parameter gamma,
            Parameter beta,
            Variable mean,
            Variable variance,
            double keep,
            double factor,
            double epsilon)
            implements Stage {}

    /// A layer that is known by its verbs alone.
    record Other(String name) implements Stage {}
}
