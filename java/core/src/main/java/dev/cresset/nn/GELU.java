package dev.cresset.nn;

import dev.cresset.backend.Activation;

/// The Gaussian error linear unit `a = z·Φ(z)` by erf (Hendrycks and Gimpel, 2016).
public final class GELU extends ActivationLayer {
    public GELU() {
        super(Activation.GELU);
    }
}
