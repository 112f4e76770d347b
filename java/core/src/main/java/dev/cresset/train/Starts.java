package dev.cresset.train;

import dev.cresset.backend.Parameters;
import dev.cresset.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/// Finds a forgotten seed: two weights of one model that start with the same random numbers would learn alike.
final class Starts {
    private Starts() {}

    /// @throws IllegalArgumentException if two weights of one shape have the same first row of different numbers
    static void requireDifferent(Parameters parameters) {
        Map<List<Double>, String> starts = new HashMap<>();
        parameters.byName().forEach((name, parameter) -> {
            Tensor value = parameter.value();
            List<Double> first =
                    DoubleStream.of(value.rows(0, 1).toArray()).boxed().toList();
            if (value.rows() > 1 && first.stream().distinct().count() > 1) {
                String twin = starts.put(first, name);
                if (twin != null && parameters.byName().get(twin).value().sameShape(value)) {
                    throw new IllegalArgumentException("The parameters " + twin + " and " + name + " (" + value.shape()
                            + ") start with the same numbers: give each layer its own seed, as in new Linear(4, 4, 1)"
                            + " and new Linear(4, 4, 2).");
                }
            }
        });
    }
}
