package dev.cresset.nn;

import dev.cresset.backend.Arena;
import dev.cresset.backend.Device;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.Transpose;
import dev.cresset.backend.step.Stage;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.List;
import java.util.stream.DoubleStream;

/// The affine map `Z = A·Wᵀ + 1·bᵀ`: A is N × inputs, W is outputs × inputs, b has outputs entries, Z is
/// N × outputs.
///
/// Backward, given dLdZ: `dLdA = dLdZ·W`, `dLdW = dLdZᵀ·A`, `dLdb = dLdZᵀ·1`. The gradients of W and b
/// are sums over the batch; where a mean is wanted, the loss's reduction has divided already.
public final class Linear extends Layer {
    private final int inputs;
    private final int outputs;
    private final Parameter weight;
    private final Parameter bias;

    /// A layer with PyTorch's initial distribution, drawn with seed 0. Give layers of one model different seeds, or let
    /// [MLP] do it: the trainer refuses two weights that start alike.
    public Linear(int inputs, int outputs) {
        this(inputs, outputs, 0);
    }

    /// A layer with PyTorch's initial distribution, drawn with `seed`.
    public Linear(int inputs, int outputs, long seed) {
        this(inputs, outputs, Initialization.pytorch(), seed);
    }

    /// @param inputs features in, 1 or more
    /// @param outputs features out, 1 or more
    /// @param initialization first numbers
    /// @param seed of the first numbers
    public Linear(int inputs, int outputs, Initialization initialization, long seed) {
        if (inputs < 1 || outputs < 1) {
            throw new ShapeException(
                    "Linear needs 1 or more inputs and outputs, found " + inputs + " → " + outputs + ".");
        }
        if ((long) inputs * outputs > Integer.MAX_VALUE) {
            throw new ShapeException("Linear (" + inputs + " → " + outputs + ") would have " + (long) inputs * outputs
                    + " weights, at most " + Integer.MAX_VALUE + " are possible: choose smaller layers.");
        }
        this.inputs = inputs;
        this.outputs = outputs;
        RandomStream random = new RandomStream(seed, 0);
        double[] weights = new double[outputs * inputs];
        double[] biases = new double[outputs];
        initialization.weight().fill(weights, inputs, outputs, random);
        initialization.bias().fill(biases, inputs, outputs, random);
        if (!DoubleStream.concat(DoubleStream.of(weights), DoubleStream.of(biases))
                .allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("Linear (" + inputs + " → " + outputs
                    + "): the initialiser drew a number that is not finite: check its parameters.");
        }
        this.weight = parameter("weight", outputs, inputs, weights);
        this.bias = parameter("bias", 1, outputs, biases);
    }

    /// W, outputs × inputs.
    public Parameter weight() {
        return weight;
    }

    /// b, 1 × outputs.
    public Parameter bias() {
        return bias;
    }

    /// dLdW of the last backward pass, outputs × inputs.
    public Tensor weightGradient() {
        return weight.gradient();
    }

    /// dLdb of the last backward pass, 1 × outputs.
    public Tensor biasGradient() {
        return bias.gradient();
    }

    @Override
    public Linear to(Device device) {
        super.to(device);
        return this;
    }

    @Override
    public int outputs(int columns) {
        if (columns != inputs) {
            throw new ShapeException(describe() + ": the input should have " + inputs + " columns, found " + columns
                    + ": check the layer's sizes or the features of the data.");
        }
        return outputs;
    }

    @Override
    public LayerSpec spec() {
        return new LayerSpec.LinearSpec(inputs, outputs);
    }

    @Override
    public List<Stage> stages(int rows) {
        return List.of(new Stage.Affine(describe(), weight, bias));
    }

    @Override
    Room furnish(int rows, int columns, Arena arena) {
        return new Room(arena.tensor(rows, outputs(columns)), arena.tensor(rows, columns));
    }

    @Override
    void compute(Tensor x, Room room) {
        ops().linear(x, weight.value(), bias.value(), room.output);
    }

    @Override
    void computeGradients(Tensor dy, Room room, InputGradient wanted) {
        ops().columnSums(dy, bias.gradient());
        computeProducts(dy, room, wanted);
    }

    /// This layer and the activation behind it in one go; the same numbers as one after the other.
    ///
    /// @return the activation's output
    Tensor runWith(ActivationLayer activation, Tensor x, Room room, Room behind) {
        beginForward(x, room);
        activation.beginForward(room.output, behind);
        ops().linearActivation(activation.function(), x, weight.value(), bias.value(), room.output, behind.output);
        return behind.output;
    }

    /// The gradients of this layer and the activation behind it; the same numbers as one after the other.
    ///
    /// @param da ∂L/∂output of the activation
    /// @return the gradient to this layer's input
    Tensor differentiateWith(ActivationLayer activation, Tensor da, Room room, Room behind, InputGradient wanted) {
        activation.beginBackward(da, behind, InputGradient.WANTED);
        Tensor dz = behind.inputGradient;
        beginBackward(dz, room, wanted);
        ops().activateGradientSums(activation.function(), behind.input, behind.output, da, dz, bias.gradient());
        computeProducts(dz, room, wanted);
        return room.inputGradient;
    }

    private void computeProducts(Tensor dy, Room room, InputGradient wanted) {
        ops().gemm(dy, Transpose.YES, room.input, Transpose.NO, weight.gradient(), 0);
        if (wanted == InputGradient.WANTED) {
            ops().gemm(dy, Transpose.NO, weight.value(), Transpose.NO, room.inputGradient, 0);
        }
    }

    @Override
    String sizes() {
        return inputs + " → " + outputs;
    }
}
