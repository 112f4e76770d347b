package dev.cresset.verify;

import dev.cresset.backend.Activation;
import dev.cresset.nn.ActivationLayer;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Dropout;
import dev.cresset.nn.Initialization;
import dev.cresset.nn.Initializer;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Linear;
import dev.cresset.nn.LogSoftmax;
import dev.cresset.nn.Mode;
import dev.cresset.nn.RunningVariance;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Softmax;
import dev.cresset.nn.Tanh;
import java.util.ArrayList;
import java.util.List;

/// The models whose gradients are checked: each kind of layer behind a Linear, and deep mixes.
final class CheckedModels {
    /// Large enough that activations are used off their flat and linear parts.
    private static final Initialization WIDE =
            new Initialization(Initializer.normal(0.8), Initializer.uniform(-0.5, 0.5));

    private CheckedModels() {}

    interface Layers {
        List<Layer> of(int inputs, int outputs);
    }

    /// @param leastRows the smallest batch that the model takes
    record Entry(String name, Mode mode, int leastRows, Layers layers) {}

    static List<Entry> all() {
        List<Entry> all = new ArrayList<>();
        all.add(any("Linear", (in, out) -> List.of(linear(in, out, 1))));
        for (Activation.Kind kind : Activation.Kind.values()) {
            Activation function = function(kind);
            all.add(any("Linear and " + kind, (in, out) -> List.of(linear(in, out, 2), ActivationLayer.of(function))));
        }
        all.add(any("Linear and Softmax", (in, out) -> List.of(linear(in, out, 3), new Softmax())));
        all.add(any("Linear and LogSoftmax", (in, out) -> List.of(linear(in, out, 4), new LogSoftmax())));
        all.add(any("Linear and Dropout", (in, out) -> List.of(linear(in, out, 5), new Dropout(0.4, 9))));
        all.add(new Entry("Linear and BatchNorm1d in training", Mode.TRAINING, 2, CheckedModels::normalised));
        all.add(new Entry("Linear and BatchNorm1d in evaluation", Mode.EVALUATION, 1, CheckedModels::normalised));
        all.add(new Entry("deep mix in training", Mode.TRAINING, 2, CheckedModels::deep));
        all.add(new Entry("deep mix in evaluation", Mode.EVALUATION, 1, CheckedModels::deep));
        all.add(any(
                "models inside of models",
                (in, out) -> List.of(
                        new Sequential(linear(in, 3, 6), new Sequential(new Tanh(), linear(3, 4, 7))),
                        ActivationLayer.of(Activation.GELU),
                        new Sequential(linear(4, out, 8)))));
        return all;
    }

    private static Entry any(String name, Layers layers) {
        return new Entry(name, Mode.TRAINING, 1, layers);
    }

    private static List<Layer> normalised(int inputs, int outputs) {
        BatchNorm1d norm = new BatchNorm1d(outputs, 0.6, 1e-3, RunningVariance.UNBIASED);
        norm.weight().set(Numbers.normal(outputs, 10));
        norm.bias().set(Numbers.normal(outputs, 11));
        return List.of(linear(inputs, outputs, 9), norm);
    }

    private static List<Layer> deep(int inputs, int outputs) {
        return List.of(
                linear(inputs, 5, 12),
                new BatchNorm1d(5),
                ActivationLayer.of(Activation.SILU),
                new Dropout(0.2, 3),
                linear(5, 4, 13),
                ActivationLayer.of(Activation.TANH),
                new Dropout(0.3, 4),
                linear(4, 4, 14),
                new BatchNorm1d(4),
                ActivationLayer.of(Activation.elu(0.7)),
                linear(4, outputs, 15));
    }

    private static Linear linear(int inputs, int outputs, long seed) {
        return new Linear(inputs, outputs, WIDE, seed);
    }

    private static Activation function(Activation.Kind kind) {
        return switch (kind) {
            case LEAKY_RELU -> Activation.leakyRelu(0.1);
            case ELU -> Activation.elu(1.5);
            default -> new Activation(kind, 0);
        };
    }
}
