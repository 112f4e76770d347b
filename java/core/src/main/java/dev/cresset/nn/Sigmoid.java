package dev.cresset.nn;

import dev.cresset.backend.Activation;

/// The logistic function `a = 1 / (1 + e⁻ᶻ)`, in (0, 1).
public final class Sigmoid extends ActivationLayer {
    public Sigmoid() {
        super(Activation.SIGMOID);
    }
}
