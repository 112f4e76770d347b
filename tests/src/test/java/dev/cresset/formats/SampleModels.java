package dev.cresset.formats;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Parameters;
import dev.cresset.data.Schema;
import dev.cresset.data.Standardizer;
import dev.cresset.nn.ActivationLayer;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Dropout;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Linear;
import dev.cresset.nn.LogSoftmax;
import dev.cresset.nn.RunningVariance;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Softmax;
import dev.cresset.tensor.RandomStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Models to save, and their numbers by name.
final class SampleModels {
    private SampleModels() {}

    /// Every kind of layer, nested, with running statistics that are not the first ones.
    static SavedModel everyLayer() {
        Layer model = new Sequential(
                new Linear(3, 4, 1),
                new BatchNorm1d(4, 0.75, 1e-3, RunningVariance.UNBIASED),
                ActivationLayer.of(Activation.leakyRelu(0.2)),
                new Dropout(0.25, Long.MIN_VALUE + 1),
                new Sequential(new Linear(4, 1, 2), ActivationLayer.of(Activation.GELU), new Linear(1, 2, 3)),
                new LogSoftmax(),
                new Softmax());
        RandomStream random = new RandomStream(7, 7);
        Parameters parameters = model.parameters();
        parameters.states().values().forEach(state -> {
            double[] numbers = new double[(int) state.value().size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = random.nextDouble();
            }
            state.set(numbers);
        });
        return new SavedModel(
                model,
                Schema.classification(List.of("a", "b,\"quoted\"", "größe"), "kind", List.of("yes", "no")),
                new LossSpec("cross-entropy", Map.of("label-smoothing", 0.1)),
                Standardizer.of(new double[] {0.1, -1e300, 3}, new double[] {1.0 / 3, 4e-300, 1}));
    }

    /// The smallest: one Linear alone, for a regression.
    static SavedModel line() {
        return new SavedModel(
                new Linear(2, 1, 5), Schema.regression(List.of("x0", "x1"), List.of("y")), LossSpec.of("mse"), null);
    }

    /// Parameters and running statistics.
    static Map<String, double[]> numbers(Layer model) {
        Map<String, double[]> numbers = new LinkedHashMap<>();
        model.parameters()
                .byName()
                .forEach(
                        (name, parameter) -> numbers.put(name, parameter.value().toArray()));
        model.parameters()
                .states()
                .forEach((name, state) -> numbers.put(name, state.value().toArray()));
        return numbers;
    }
}
