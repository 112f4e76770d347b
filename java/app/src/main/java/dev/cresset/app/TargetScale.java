package dev.cresset.app;

import dev.cresset.backend.Parameter;
import dev.cresset.data.Dataset;
import dev.cresset.data.Standardizer;
import dev.cresset.nn.Linear;
import dev.cresset.nn.MLP;

/// Trains a regression on targets of mean 0 and deviation 1, and gives the trained model the targets' own units.
///
/// @param targets mean m and deviation s of each target, by the rows trained on
record TargetScale(Standardizer targets) {
    static TargetScale fit(Dataset train) {
        return new TargetScale(Standardizer.fit(train.targets()));
    }

    Parts apply(Parts parts) {
        return new Parts(apply(parts.train()), parts.validation() == null ? null : apply(parts.validation()));
    }

    Dataset apply(Dataset dataset) {
        return Dataset.of(dataset.features(), targets.apply(dataset.targets()), dataset.schema());
    }

    /// Undoes the scaling in the last layer: output j becomes `s[j]·(W[j]·a + b[j]) + m[j]`.
    ///
    /// @param model ends with a Linear
    void fold(MLP model) {
        Linear last = (Linear) model.layers().getLast();
        double[] mean = targets.mean();
        double[] deviation = targets.deviation();
        double[] weights = values(last.weight());
        double[] biases = values(last.bias());
        int inputs = weights.length / biases.length;
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= deviation[i / inputs];
        }
        for (int j = 0; j < biases.length; j++) {
            biases[j] = deviation[j] * biases[j] + mean[j];
        }
        last.weight().set(weights);
        last.bias().set(biases);
    }

    private static double[] values(Parameter parameter) {
        return parameter.value().toArray();
    }
}
