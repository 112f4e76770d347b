package dev.cresset.nn;

import dev.cresset.backend.Activation;

/// The leaky rectifier: z for positive z, `slope · z` else (Maas, Hannun, Ng, 2013).
public final class LeakyReLU extends ActivationLayer {
    /// With PyTorch's slope of 0.01.
    public LeakyReLU() {
        this(0.01);
    }

    public LeakyReLU(double slope) {
        super(Activation.leakyRelu(slope));
    }
}
