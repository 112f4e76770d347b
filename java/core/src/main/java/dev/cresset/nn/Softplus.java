package dev.cresset.nn;

import dev.cresset.backend.Activation;

/// The smooth rectifier `a = log(1 + eᶻ)` (Dugas et al., 2001).
public final class Softplus extends ActivationLayer {
    public Softplus() {
        super(Activation.SOFTPLUS);
    }
}
