package dev.cresset.nn;

import dev.cresset.backend.Activation;

/// The sigmoid linear unit `a = z·σ(z)`, also called swish (Elfwing, Uchibe, Doya, 2018).
public final class SiLU extends ActivationLayer {
    public SiLU() {
        super(Activation.SILU);
    }
}
