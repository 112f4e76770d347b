package dev.cresset.nn;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Arena;
import dev.cresset.backend.step.Stage;
import dev.cresset.tensor.Tensor;
import java.util.List;

/// A layer that applies one function to every element: `A = f(Z)`, `dLdZ = f′(Z) · dLdA`. The
/// functions and their derivatives are in the table at [Activation].
public abstract sealed class ActivationLayer extends Layer
        permits Identity, Sigmoid, Tanh, ReLU, LeakyReLU, ELU, GELU, SiLU, Softplus {
    private final Activation function;

    ActivationLayer(Activation function) {
        this.function = function;
    }

    /// A new layer for `function`.
    public static ActivationLayer of(Activation function) {
        return switch (function.kind()) {
            case IDENTITY -> new Identity();
            case SIGMOID -> new Sigmoid();
            case TANH -> new Tanh();
            case RELU -> new ReLU();
            case LEAKY_RELU -> new LeakyReLU(function.parameter());
            case ELU -> new ELU(function.parameter());
            case GELU -> new GELU();
            case SILU -> new SiLU();
            case SOFTPLUS -> new Softplus();
        };
    }

    /// The function f.
    public final Activation function() {
        return function;
    }

    @Override
    public final int outputs(int inputs) {
        return inputs;
    }

    @Override
    public final LayerSpec spec() {
        return new LayerSpec.ActivationSpec(function);
    }

    @Override
    public final List<Stage> stages(int rows) {
        return List.of(new Stage.Activate(describe(), function));
    }

    @Override
    final Room furnish(int rows, int columns, Arena arena) {
        return new Room(arena.tensor(rows, columns), arena.tensor(rows, columns));
    }

    @Override
    final void compute(Tensor x, Room room) {
        ops().activate(function, x, room.output);
    }

    @Override
    final void computeGradients(Tensor dy, Room room, InputGradient wanted) {
        if (wanted == InputGradient.WANTED) {
            ops().activateGradient(function, room.input, room.output, dy, room.inputGradient);
        }
    }
}
