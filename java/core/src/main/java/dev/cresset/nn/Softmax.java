package dev.cresset.nn;

import dev.cresset.backend.Arena;
import dev.cresset.tensor.Tensor;

/// Turns each row of logits into probabilities: `a_ic = e^z_ic / Σ_k e^z_ik`, with the largest logit taken out
/// first. Backward: `dLdZ_ic = a_ic (dLdA_ic − Σ_k a_ik dLdA_ik)`, row by row the product with its Jacobian.
///
/// For training a classifier give the logits to a cross-entropy loss instead.
public final class Softmax extends Layer {
    @Override
    public int outputs(int inputs) {
        return inputs;
    }

    @Override
    public LayerSpec spec() {
        return new LayerSpec.SoftmaxSpec();
    }

    @Override
    Room furnish(int rows, int columns, Arena arena) {
        return new Room(arena.tensor(rows, columns), arena.tensor(rows, columns));
    }

    @Override
    void compute(Tensor x, Room room) {
        ops().softmax(x, room.output);
    }

    @Override
    void computeGradients(Tensor dy, Room room, InputGradient wanted) {
        if (wanted == InputGradient.WANTED) {
            ops().softmaxGradient(room.output, dy, room.inputGradient);
        }
    }
}
