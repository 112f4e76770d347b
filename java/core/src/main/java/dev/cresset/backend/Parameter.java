package dev.cresset.backend;

import dev.cresset.tensor.Tensor;

/// A [Variable] that is trained: it has a gradient, which each backward pass overwrites with the sum
/// over the batch of the derivatives of the loss.
public final class Parameter extends Variable {
    private Tensor gradient;

    /// @param value first numbers and
    /// @param gradient zeros of the same shape, both on the reference device
    public Parameter(String name, Tensor value, Tensor gradient) {
        super(name, value);
        this.gradient = gradient;
    }

    /// ∂L/∂value of the last backward pass, same shape as the value.
    public Tensor gradient() {
        return gradient;
    }

    void moveTo(Tensor place, Tensor gradientPlace) {
        moveTo(place);
        gradient = gradientPlace;
    }
}
