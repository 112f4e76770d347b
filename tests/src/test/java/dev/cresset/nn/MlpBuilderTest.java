package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Device;
import dev.cresset.verify.Numbers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which layers the builder of an MLP puts in which order, and that its seed decides everything.
class MlpBuilderTest {
    @Test
    void hiddenLayersAreLinearNormActivationDropoutAndTheLastIsLinear() {
        try (MLP model = MLP.builder(4, 8, 6, 3)
                .activation(Activation.TANH)
                .batchNorm()
                .dropout(0.1)
                .output(Activation.SIGMOID)
                .build()) {
            assertEquals(
                    List.of(
                            "Linear '0' (4 → 8)",
                            "BatchNorm1d '1' (8)",
                            "Tanh '2'",
                            "Dropout '3' (p = 0.1)",
                            "Linear '4' (8 → 6)",
                            "BatchNorm1d '5' (6)",
                            "Tanh '6'",
                            "Dropout '7' (p = 0.1)",
                            "Linear '8' (6 → 3)",
                            "Sigmoid '9'"),
                    model.layers().stream().map(Layer::describe).toList());
        }
    }

    @Test
    void thePlainNetworkIsLinearAndReluWithLogitsAtTheEnd() {
        try (MLP model = MLP.builder(4, 5, 3).build()) {
            assertEquals(
                    List.of("Linear '0' (4 → 5)", "ReLU '1'", "Linear '2' (5 → 3)"),
                    model.layers().stream().map(Layer::describe).toList());
            assertEquals(3, model.outputs(4));
            assertSame(Device.reference(), model.device());
            assertEquals(Mode.TRAINING, model.mode());
        }
    }

    @Test
    void twoSizesMakeOneLinear() {
        try (MLP model = MLP.builder(4, 3).batchNorm().dropout(0.5).build()) {
            assertEquals(1, model.layers().size());
        }
    }

    @Test
    void theSameSeedGivesTheSameNumbersAndAnotherSeedOthers() {
        assertArrayEquals(weight(1, 0), weight(1, 0));
        assertFalse(Arrays.equals(weight(1, 0), weight(2, 0)));
    }

    @Test
    void layersOfOneModelDrawDifferentNumbers() {
        assertFalse(Arrays.equals(weight(1, 0), weight(1, 2)));
    }

    @Test
    void dropoutMasksFollowTheSeed() {
        assertArrayEquals(dropped(1), dropped(1));
        assertFalse(Arrays.equals(dropped(1), dropped(2)));
    }

    @Test
    void modeReachesEveryLayer() {
        try (MLP model = MLP.builder(4, 5, 3).batchNorm().dropout(0.5).build()) {
            assertSame(model, model.eval());
            model.layers().forEach(layer -> assertEquals(Mode.EVALUATION, layer.mode()));
            model.train();
            model.layers().forEach(layer -> assertEquals(Mode.TRAINING, layer.mode()));
        }
    }

    @Test
    void theCoursesNetworksHaveTheirLayers() {
        assertEquals(List.of("2 → 3", "ReLU"), layers(new MLP0(1)));
        assertEquals(List.of("2 → 3", "ReLU", "3 → 2", "ReLU"), layers(new MLP1(1)));
        assertEquals(
                List.of("2 → 4", "ReLU", "4 → 8", "ReLU", "8 → 8", "ReLU", "8 → 4", "ReLU", "4 → 2", "ReLU"),
                layers(new MLP4(1)));
    }

    private static List<String> layers(Sequential model) {
        try (model) {
            assertEquals(
                    model.outputs(2),
                    model.forward(Device.reference().tensor(5, 2)).columns());
            return model.layers().stream()
                    .map(layer -> layer instanceof Linear linear
                            ? linear.sizes()
                            : layer.getClass().getSimpleName())
                    .toList();
        }
    }

    private static double[] weight(long seed, int layer) {
        try (MLP model = MLP.builder(4, 4, 4).seed(seed).build()) {
            return ((Linear) model.layer(layer)).weight().value().toArray();
        }
    }

    private static double[] dropped(long seed) {
        try (MLP model = MLP.builder(4, 50, 4)
                .dropout(0.5)
                .initialization(new Initialization(Initializer.constant(1), Initializer.constant(1)))
                .seed(seed)
                .build()) {
            model.forward(Numbers.matrix(Device.reference(), 1, 4, 1, 1, 1, 1));
            return model.layer(2).output().toArray();
        }
    }
}
