package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Device;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.loss.BCEWithLogitsLoss;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.ActivationLayer;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Dropout;
import dev.cresset.nn.ELU;
import dev.cresset.nn.GELU;
import dev.cresset.nn.LeakyReLU;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.RunningVariance;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.SiLU;
import dev.cresset.nn.Sigmoid;
import dev.cresset.nn.Softplus;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Fused steps, held against the verbs on the reference device in float64, which start from the same numbers.
@Tag("cuda")
class CudaFusedProgramTest {
    private static final int STEPS = 3;
    /// Roundings of a number in a step beside those of its sums: functions, the loss, the update; and by how much a
    /// normalisation makes an error of what it normalises larger, since a column's deviation may be small beside 1.
    private static final int OTHERS = 256;

    private static final Hyper MOMENTUM = Hyper.lr(0.0625).withMomentum(0.9);

    static Stream<FusedCase> cases() {
        List<FusedCase> cases = new ArrayList<>();
        for (int rows : new int[] {2, 3, 31, 33, 128, 257, 1000, 1024, 1025}) {
            cases.add(FusedCase.normalized(rows, 12, 20, 16, 10).with(MOMENTUM));
        }
        for (int classes : new int[] {1, 2, 10, 17, 32, 33, 1000}) {
            cases.add(FusedCase.normalized(33, 7, 13, classes));
            cases.add(FusedCase.plain(
                    classes + " classes", ReLU::new, CrossEntropyLoss::new, classes, 31, 5, 18, classes));
        }
        List<Supplier<ActivationLayer>> activations = List.of(
                Sigmoid::new,
                Tanh::new,
                ReLU::new,
                () -> new LeakyReLU(0.2),
                () -> new ELU(0.7),
                GELU::new,
                SiLU::new,
                Softplus::new);
        for (Supplier<ActivationLayer> activation : activations) {
            cases.add(FusedCase.plain("3-7-5-2, " + activation.get(), activation, MSELoss::new, 0, 9, 3, 7, 5, 2));
            Supplier<Sequential> model = () -> new Sequential(
                    new Linear(6, 9, 1), new BatchNorm1d(9), activation.get(), new Linear(9, 4, 2), activation.get());
            cases.add(FusedCase.plain("normalized, " + activation.get(), Tanh::new, MSELoss::new, 0, 17, 6, 9, 4)
                    .with(model));
        }
        cases.add(FusedCase.plain("binary", Tanh::new, BCEWithLogitsLoss::new, 0, 33, 3, 4, 1));
        cases.add(FusedCase.plain("one row", Tanh::new, MSELoss::new, 0, 1, 3, 4, 2));
        cases.add(FusedCase.plain("one layer", Tanh::new, CrossEntropyLoss::new, 10, 128, 257, 10));
        cases.add(FusedCase.plain("wide", ReLU::new, CrossEntropyLoss::new, 10, 33, 31, 1000, 10));
        Supplier<Sequential> unbiased = () -> new Sequential(
                new Linear(8, 6, 1),
                new BatchNorm1d(6, 0.75, 0.0625, RunningVariance.UNBIASED),
                new Linear(6, 5, 2),
                new BatchNorm1d(5));
        cases.add(FusedCase.plain("normalized last", Tanh::new, MSELoss::new, 0, 33, 8, 5)
                .with(unbiased));
        for (Reduction reduction : Reduction.values()) {
            for (Targets targets : Targets.values()) {
                boolean labels = targets == Targets.CLASS_INDICES;
                Supplier<Loss> loss = () -> new CrossEntropyLoss(targets, reduction)
                        .withLabelSmoothing(0.25)
                        .withClassWeights(0.5, 1, 2, 0.25, 1);
                cases.add(FusedCase.plain(targets + ", " + reduction, Tanh::new, loss, labels ? 5 : 0, 11, 4, 6, 5)
                        .with(Hyper.lr(1.0 / 64)));
            }
        }
        FusedCase net = FusedCase.normalized(20, 12, 8, 6);
        cases.add(net.with(MOMENTUM.withDampening(0.5).withWeightDecay(0.125)).named("dampening and decay"));
        cases.add(net.with(MOMENTUM.withNesterov().withWeightDecay(0.125)).named("Nesterov and decay"));
        cases.add(net.with(Hyper.lr(0.0625).withWeightDecay(0.25)).named("decay"));
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void stepsAreThoseOfTheVerbs(FusedCase of) {
        try (FusedPlans fused = new FusedPlans(of, Place.CUDA_FP32.device());
                FusedPlans verbs = new FusedPlans(of, Device.reference());
                StepProgram program = fused.program()) {
            program.run(STEPS);
            verbs.compose(STEPS);
            assertClose(of, verbs, fused);
            assertEquals(STEPS, fused.steps());
            assertEquals(STEPS, fused.batch().value());
        }
    }

    private static void assertClose(FusedCase of, FusedPlans expected, FusedPlans found) {
        double u = Precision.FP32.roundoff();
        double most = Arrays.stream(expected.numbers()).map(Math::abs).reduce(1, Math::max);
        double tolerance = STEPS * (Math.sqrt(of.rows()) + Math.sqrt(of.inputs()) + OTHERS) * u * most;
        assertArrayEquals(expected.numbers(), found.numbers(), tolerance, "numbers");
        double largest = Arrays.stream(expected.losses()).map(Math::abs).reduce(1, Math::max);
        assertArrayEquals(expected.losses(), found.losses(), tolerance * largest, "losses");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void someStepsAndMoreStepsAreAllOfThemBitForBit(FusedCase of) {
        try (FusedPlans parts = new FusedPlans(of, Place.CUDA_FP32.device());
                FusedPlans whole = new FusedPlans(of, Place.CUDA_FP32.device());
                FusedPlans singly = new FusedPlans(of, Place.CUDA_FP32.device());
                StepProgram first = parts.program();
                StepProgram second = whole.program()) {
            first.run(1);
            first.run(2);
            first.run(0);
            first.run(2);
            second.run(5);
            assertArrayEquals(whole.state(), parts.state());
            for (int i = 0; i < 5; i++) {
                // The first step of a program is never recorded.
                try (StepProgram eager = singly.program()) {
                    eager.run(1);
                }
            }
            assertArrayEquals(whole.state(), singly.state());
        }
    }

    @Test
    void aRunOfManyStepsIsAsManySteps() {
        FusedCase of = FusedCase.normalized(4, 3, 4, 2);
        try (FusedPlans whole = new FusedPlans(of, Place.CUDA_FP32.device());
                FusedPlans parts = new FusedPlans(of, Place.CUDA_FP32.device());
                StepProgram first = whole.program();
                StepProgram second = parts.program()) {
            first.run(100);
            for (int i = 0; i < 10; i++) {
                second.run(10);
            }
            assertEquals(100, whole.steps());
            assertArrayEquals(whole.state(), parts.state());
        }
    }

    @Test
    void aLearningRateHoldsFromTheNextStepOn() {
        FusedCase of = FusedCase.normalized(31, 12, 8, 6).with(MOMENTUM);
        try (FusedPlans fused = new FusedPlans(of, Place.CUDA_FP32.device());
                FusedPlans verbs = new FusedPlans(of, Device.reference());
                StepProgram program = fused.program()) {
            program.run(2);
            fused.lr(0.25);
            program.run(1);
            verbs.compose(2);
            verbs.lr(0.25);
            verbs.compose(1);
            assertClose(of, verbs, fused);
        }
    }

    @Test
    void gradientsMayGoStraightIntoTheVelocity() {
        FusedCase of = FusedCase.normalized(33, 24, 20, 17, 10).with(MOMENTUM);
        try (FusedPlans merged = new FusedPlans(of, Place.CUDA_FP32.device());
                FusedPlans verbs = new FusedPlans(of, Device.reference());
                StepProgram program = merged.program(20 * 17)) {
            String description = program.description();
            assertEquals(2, description.split("of its velocity", -1).length - 1, description);
            program.run(STEPS);
            verbs.compose(STEPS);
            assertClose(of, verbs, merged);
        }
    }

    @Test
    void theVelocityTakesNoGradientWhereThatWouldBeSomethingElse() {
        FusedCase net = FusedCase.normalized(33, 24, 20, 10);
        for (Hyper hyper : List.of(
                Hyper.lr(0.1), MOMENTUM.withNesterov(), MOMENTUM.withDampening(0.5), MOMENTUM.withWeightDecay(0.125))) {
            try (FusedPlans plans = new FusedPlans(net.with(hyper), Place.CUDA_FP32.device());
                    StepProgram program = plans.program(1)) {
                assertTrue(!program.description().contains("velocity"), program.description());
            }
        }
    }

    @Test
    void theNetForMnistIsThirteenLaunchesAndCloseToTheVerbs() {
        FusedCase of = FusedCase.normalized(128, 784, 512, 256, 10).with(MOMENTUM);
        try (FusedPlans fused = new FusedPlans(of, Place.CUDA_FP32.device());
                FusedPlans verbs = new FusedPlans(of, Device.reference());
                StepProgram program = fused.program()) {
            program.run(STEPS);
            verbs.compose(STEPS);
            assertClose(of, verbs, fused);
        }
    }

    @Test
    void otherLayersAreRefusedWithTheirNames() {
        FusedCase of = FusedCase.plain("", Tanh::new, MSELoss::new, 0, 3, 4, 4);
        Supplier<Sequential> dropout = () -> new Sequential(new Linear(4, 4, 1), new Dropout(0.5, 1));
        assertTrue(reason(of.with(dropout)).contains("Dropout"), reason(of.with(dropout)));
        Supplier<Sequential> twice = () -> new Sequential(new Linear(4, 4, 1), new Tanh(), new Sigmoid());
        assertTrue(reason(of.with(twice)).contains("Sigmoid"), reason(of.with(twice)));
        Supplier<Sequential> first = () -> new Sequential(new BatchNorm1d(4), new Linear(4, 4, 1));
        assertTrue(reason(of.with(first)).contains("BatchNorm1d"), reason(of.with(first)));
    }

    private static String reason(FusedCase of) {
        try (FusedPlans plans = new FusedPlans(of, Place.CUDA_FP32.device())) {
            return assertThrows(IllegalStateException.class, plans::program).getMessage();
        }
    }

    /// Held against the verbs in the same precision: what both round, they round alike but where sums differ.
    @ParameterizedTest
    @EnumSource(names = {"TF32", "FP32_3XTF32"})
    void everyPrecisionThatStoresFloat32IsTaken(Precision precision) {
        FusedCase of = FusedCase.plain("", Tanh::new, MSELoss::new, 0, 33, 20, 17, 5);
        try (Device device = Place.openCuda(precision);
                FusedPlans fused = new FusedPlans(of, device);
                FusedPlans verbs = new FusedPlans(of, device);
                StepProgram program = fused.program()) {
            List<double[]> first = verbs.tensors();
            program.run(STEPS);
            verbs.compose(STEPS);
            double error = new FusedWay(first, verbs.tensors(), STEPS).error(fused.tensors(), precision);
            assertTrue(error <= 1, precision + " is off by " + error + " times what rounding explains");
        }
    }

    @Test
    void float64IsRefused() {
        try (FusedPlans plans = new FusedPlans(FusedCase.normalized(3, 2, 2), Place.CUDA_FP64.device())) {
            List<String> reasons = new ArrayList<>();
            assertTrue(CudaFusedProgram.of(plans.plan(), (CudaBackend) Place.CUDA_FP64.device(), reasons)
                    .isEmpty());
            assertEquals(List.of("The fused tier computes on float32 numbers, found FP64."), reasons);
        }
    }

    @Test
    void aProgramThatIsClosedOrWhoseModelIsClosedSaysSo() {
        FusedCase of = FusedCase.normalized(4, 3, 4, 2);
        FusedPlans plans = new FusedPlans(of, Place.CUDA_FP32.device());
        StepProgram program = plans.program();
        StepProgram other = plans.program();
        program.run(3);
        other.close();
        other.close();
        assertThrows(ClosedException.class, () -> other.run(1));
        plans.close();
        assertThrows(ClosedException.class, () -> program.run(2));
        program.close();
    }
}
