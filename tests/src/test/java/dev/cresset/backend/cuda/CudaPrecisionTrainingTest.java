package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A small training by the verbs in every precision.
@Tag("cuda")
class CudaPrecisionTrainingTest {
    private static final int STEPS = 10;

    @ParameterizedTest
    @EnumSource(Precision.class)
    void lossesStayAsCloseToFloat64AsThePrecisionAllows(Precision precision) {
        double[] expected = losses(Device.reference());
        try (Device device = Place.openCuda(precision)) {
            double[] found = losses(device);
            for (int i = 0; i < STEPS; i++) {
                assertEquals(expected[i], found[i], gate(precision) * expected[i], precision + ", step " + i);
            }
        }
    }

    /// How far the loss may be off relatively in the first ten steps.
    private static double gate(Precision precision) {
        return switch (precision) {
            case FP64 -> 1e-10;
            case FP32 -> 1e-5;
            case FP32_3XTF32 -> 2e-5;
            case TF32 -> 3e-3;
            case BF16 -> 2e-2;
        };
    }

    private static double[] losses(Device device) {
        double[] losses = new double[STEPS];
        try (TinyRun run = new TinyRun(device)) {
            for (int i = 0; i < STEPS; i++) {
                run.feed(i);
                run.step();
                losses[i] = run.loss();
            }
        }
        return losses;
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aBatchIsLearned(Precision precision) {
        try (Device device = Place.openCuda(precision);
                TinyRun run = new TinyRun(device)) {
            run.step();
            double first = run.loss();
            for (int i = 0; i < 8 * STEPS; i++) {
                run.step();
            }
            assertTrue(run.loss() < first / 4, run.loss() + " after " + first);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void recordedStepsGiveTheBitsOfEagerOnes(Precision precision) {
        try (Device device = Place.openCuda(precision);
                TinyRun eager = new TinyRun(device);
                TinyRun recorded = new TinyRun(device)) {
            eager.step();
            recorded.step();
            try (Recording recording = recorded.record()) {
                for (int i = 1; i < STEPS; i++) {
                    eager.feed(i);
                    eager.step();
                    recorded.feed(i);
                    recording.replay();
                }
            }
            assertEquals(eager.loss(), recorded.loss());
            assertArrayEquals(eager.parameters(), recorded.parameters());
        }
    }
}
