package dev.cresset.nn;

import dev.cresset.backend.Arena;
import dev.cresset.tensor.Tensor;

/// The logarithm of [Softmax], computed without it: `a_ic = z_ic − log Σ_k e^z_ik`, with the largest logit taken
/// out first. Backward: `dLdZ_ic = dLdA_ic − e^a_ic · Σ_k dLdA_ik`.
public final class LogSoftmax extends Layer {
    @Override
    public int outputs(int inputs) {
        return inputs;
    }

    @Override
    public LayerSpec spec() {
        return new LayerSpec.LogSoftmaxSpec();
    }

    @Override
    Room furnish(int rows, int columns, Arena arena) {
        return new Room(arena.tensor(rows, columns), arena.tensor(rows, columns));
    }

    @Override
    void compute(Tensor x, Room room) {
        ops().logSoftmax(x, room.output);
    }

    @Override
    void computeGradients(Tensor dy, Room room, InputGradient wanted) {
        if (wanted == InputGradient.WANTED) {
            ops().logSoftmaxGradient(room.output, dy, room.inputGradient);
        }
    }
}
