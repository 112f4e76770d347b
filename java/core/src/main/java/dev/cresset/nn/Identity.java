package dev.cresset.nn;

import dev.cresset.backend.Activation;

/// The function `a = z`, the output of a regression.
public final class Identity extends ActivationLayer {
    public Identity() {
        super(Activation.IDENTITY);
    }
}
