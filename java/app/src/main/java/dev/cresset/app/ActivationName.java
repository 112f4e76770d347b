package dev.cresset.app;

import dev.cresset.backend.Activation;

/// The functions of hidden layers, as users name them.
enum ActivationName {
    RELU(Activation.RELU),
    TANH(Activation.TANH),
    SIGMOID(Activation.SIGMOID),
    LEAKY_RELU(Activation.leakyRelu(0.01)),
    ELU(Activation.elu(1)),
    GELU(Activation.GELU),
    SILU(Activation.SILU),
    SOFTPLUS(Activation.SOFTPLUS),
    IDENTITY(Activation.IDENTITY);

    private final Activation function;

    ActivationName(Activation function) {
        this.function = function;
    }

    Activation function() {
        return function;
    }

    /// As users write it.
    @Override
    public String toString() {
        return UserName.of(this);
    }
}
