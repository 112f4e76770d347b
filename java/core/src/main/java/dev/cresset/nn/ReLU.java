package dev.cresset.nn;

import dev.cresset.backend.Activation;

/// The rectifier `a = max(0, z)` (Nair and Hinton, 2010); its derivative at 0 is taken as 0.
public final class ReLU extends ActivationLayer {
    public ReLU() {
        super(Activation.RELU);
    }
}
