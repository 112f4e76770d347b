package dev.cresset.nn;

import dev.cresset.backend.Activation;

/// The hyperbolic tangent, in (−1, 1).
public final class Tanh extends ActivationLayer {
    public Tanh() {
        super(Activation.TANH);
    }
}
