package dev.cresset.verify;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.Reduction;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Mode;
import dev.cresset.nn.Sequential;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Every layer below every loss, in each reduction, with batches of 1, 3 and 33 rows: backward computes what
/// central differences of the loss say. On both devices of float64.
@Tag("device")
class GradientsAreRightTest {
    /// Central differences in float64 are good to ε^⅔ ≈ 4e-11 for functions whose third derivative is near 1;
    /// a wrong gradient is off by far more than 1e-6.
    private static final double TOLERANCE = 1e-6;

    private static final int[] SIZES = {1, 3, 33};

    /// Whether every size is checked with every reduction; else a few, in runs that repeat the checks in another mode.
    private static final boolean EVERYTHING =
            System.getProperty("cresset.test.gradients", "all").equals("all");

    private static final int INPUTS = 4;
    private static final int OUTPUTS = 3;

    @TestFactory
    Stream<DynamicTest> everyLayerBelowEveryLossForEveryReductionAndBatchSize() {
        return Place.hereInFloat64()
                .flatMap(place -> CheckedModels.all().stream().flatMap(model -> CheckedLosses.all().stream()
                        .map(loss -> DynamicTest.dynamicTest(
                                model.name() + ", " + loss.name() + ", on " + place,
                                () -> checkReductions(place.device(), model, loss)))));
    }

    @TestFactory
    Stream<DynamicTest> everyLayerForEveryWidth() {
        CheckedLosses.Entry loss = CheckedLosses.all().getFirst();
        return Place.hereInFloat64().flatMap(place -> CheckedModels.all().stream()
                .map(model -> DynamicTest.dynamicTest(model.name() + " on " + place, () -> {
                    for (int inputs : SIZES) {
                        for (int outputs : SIZES) {
                            if (!EVERYTHING && inputs == outputs) {
                                continue;
                            }
                            check(place.device(), model, loss, Reduction.MEAN, 3, inputs, outputs);
                        }
                    }
                })));
    }

    private static void checkReductions(Device device, CheckedModels.Entry model, CheckedLosses.Entry loss) {
        for (Reduction reduction : Reduction.values()) {
            for (int rows : SIZES) {
                boolean chosen = EVERYTHING || reduction == Reduction.MEAN && rows == 3;
                if (chosen && rows >= model.leastRows()) {
                    check(device, model, loss, reduction, rows, INPUTS, OUTPUTS);
                }
            }
        }
    }

    private static void check(
            Device device,
            CheckedModels.Entry entry,
            CheckedLosses.Entry lossEntry,
            Reduction reduction,
            int rows,
            int inputs,
            int outputs) {
        List<Layer> layers = new ArrayList<>(entry.layers().of(inputs, outputs));
        layers.addAll(lossEntry.inFront());
        try (Sequential model = new Sequential(layers).to(device);
                Loss loss = lossEntry.loss().with(reduction, outputs)) {
            if (entry.mode() == Mode.EVALUATION) {
                // Running statistics that are neither 0 nor 1.
                model.forward(Numbers.normal(device, 5, inputs, 7));
                model.eval();
            }
            Tensor x = Numbers.normal(device, rows, inputs, 1);
            Tensor target = lossEntry.target().of(device, rows, outputs);
            GradientReport report = GradientCheck.check(model, loss, x, target);
            assertTrue(
                    report.passes(TOLERANCE),
                    () -> loss + ", " + rows + " rows, " + inputs + " → " + outputs + ":\n" + report);
        }
    }
}
