package dev.cresset.nn;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Device;
import dev.cresset.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A multilayer perceptron: for each hidden size Linear, batch norm if wanted, activation, dropout if
/// wanted; at the end a Linear and the output activation. The default output is the identity: logits for
/// a cross-entropy, numbers for a regression.
public final class MLP extends Sequential {
    private MLP(List<Layer> layers) {
        super(layers);
    }

    /// A plan for a network with these layer sizes, inputs first: `784, 256, 128, 10`.
    ///
    /// @throws ShapeException unless there are two sizes or more, all 1 or more
    public static Builder builder(int... sizes) {
        if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
            throw new ShapeException(
                    "An MLP needs the sizes of its inputs and outputs and of what lies between, all 1 or"
                            + " more, such as 784, 256, 10; found " + Arrays.toString(sizes) + ".");
        }
        return new Builder(sizes.clone());
    }

    /// The seed of layer number `layer` in a network of seed `seed`.
    static long seedOf(long seed, int layer) {
        return seed * 1000003 + layer;
    }

    @Override
    public MLP to(Device device) {
        super.to(device);
        return this;
    }

    /// What an [MLP] will be. Each option may be given once, in any order.
    public static final class Builder {
        private final int[] sizes;
        private Activation activation = Activation.RELU;
        private Activation output = Activation.IDENTITY;
        private BatchNorm batchNorm = BatchNorm.OFF;
        private double dropout;
        private Initialization initialization = Initialization.pytorch();
        private long seed;

        /// Whether hidden layers are batch-normalised.
        private enum BatchNorm {
            OFF,
            ON
        }

        private Builder(int[] sizes) {
            this.sizes = sizes;
        }

        /// The function of the hidden layers; default ReLU.
        public Builder activation(Activation activation) {
            this.activation = activation;
            return this;
        }

        /// The function of the last layer; default identity, which adds no layer.
        public Builder output(Activation output) {
            this.output = output;
            return this;
        }

        /// Puts a [BatchNorm1d] between each hidden Linear and its activation.
        public Builder batchNorm() {
            batchNorm = BatchNorm.ON;
            return this;
        }

        /// Puts a [Dropout] after each hidden activation; 0, the default, puts none.
        ///
        /// @param probability in [0, 1)
        public Builder dropout(double probability) {
            dropout = probability;
            return this;
        }

        /// First numbers of the Linears; default PyTorch's.
        public Builder initialization(Initialization initialization) {
            this.initialization = initialization;
            return this;
        }

        /// Seed of the first numbers and of the dropout masks; default 0. Layer i of the network draws with
        /// its own seed, `seed · 1000003 + i`.
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /// The network, on the reference device.
        public MLP build() {
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < sizes.length - 1; i++) {
                layers.add(new Linear(sizes[i], sizes[i + 1], initialization, seedOf(seed, layers.size())));
                if (i < sizes.length - 2) {
                    addHidden(layers, sizes[i + 1]);
                }
            }
            if (output.kind() != Activation.Kind.IDENTITY) {
                layers.add(ActivationLayer.of(output));
            }
            return new MLP(layers);
        }

        private void addHidden(List<Layer> layers, int size) {
            if (batchNorm == BatchNorm.ON) {
                layers.add(new BatchNorm1d(size));
            }
            layers.add(ActivationLayer.of(activation));
            if (dropout != 0) {
                layers.add(new Dropout(dropout, seedOf(seed, layers.size())));
            }
        }
    }
}
