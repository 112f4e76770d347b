package dev.cresset.app;

import dev.cresset.formats.LossSpec;
import dev.cresset.formats.SavedModel;
import dev.cresset.loss.Loss;
import java.util.Arrays;
import java.util.Map;

/// What a model is trained towards: a loss with its numbers, and what the model's outputs mean because of it.
record Objective(LossName name, double labelSmoothing) {
    private static final String SMOOTHING = "label-smoothing";

    /// @throws IllegalArgumentException if the model was trained with a loss that this program does not know
    static Objective of(SavedModel saved) {
        LossName name = LossName.named(saved.loss().name());
        if (name == null) {
            throw new IllegalArgumentException("The model was trained with the loss '"
                    + saved.loss().name() + "', which this program does not know: one of "
                    + Arrays.toString(LossName.values()) + " expected. Evaluate it in Java instead.");
        }
        return new Objective(name, saved.loss().options().getOrDefault(SMOOTHING, 0.0));
    }

    Loss loss() {
        return name.loss(labelSmoothing);
    }

    LossSpec spec() {
        return new LossSpec(name.toString(), labelSmoothing == 0 ? Map.of() : Map.of(SMOOTHING, labelSmoothing));
    }

    /// Turns the outputs of a classifier for one row into probabilities, one for each class. Those of bce and
    /// bce-with-logits are each class against the rest, and need not sum to 1.
    double[] probabilities(double[] outputs) {
        return switch (name) {
            case CROSS_ENTROPY -> softmax(outputs);
            case BCE_WITH_LOGITS ->
                Arrays.stream(outputs).map(z -> 1 / (1 + Math.exp(-z))).toArray();
            case BCE, MSE, MSE_HALVED, L1, SMOOTH_L1 -> outputs;
        };
    }

    /// The class that the outputs of a classifier for one row speak of: that of the largest.
    static int predicted(double[] outputs) {
        int best = 0;
        for (int i = 1; i < outputs.length; i++) {
            if (outputs[i] > outputs[best]) {
                best = i;
            }
        }
        return best;
    }

    private static double[] softmax(double[] logits) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        double[] powers = Arrays.stream(logits).map(z -> Math.exp(z - largest)).toArray();
        double sum = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(power -> power / sum).toArray();
    }
}
