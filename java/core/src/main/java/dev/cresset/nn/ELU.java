package dev.cresset.nn;

import dev.cresset.backend.Activation;

/// The exponential linear unit: z for positive z, `α(eᶻ − 1)` else (Clevert, Unterthiner, Hochreiter, 2016).
public final class ELU extends ActivationLayer {
    /// With α = 1.
    public ELU() {
        this(1);
    }

    public ELU(double alpha) {
        super(Activation.elu(alpha));
    }
}
