package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Fused steps whose matrices are stored as bfloat16, held against their definition.
@Tag("cuda")
class CudaBf16ProgramTest {
    /// How far a loss may be off, relatively, in the first ten steps.
    private static final double GATE = 2e-2;

    private static final Hyper MOMENTUM = Hyper.lr(0.0625).withMomentum(0.9);

    private static Device device;

    @BeforeAll
    static void open() {
        device = Place.openCuda(Precision.BF16);
    }

    @AfterAll
    static void close() {
        if (device != null) {
            device.close();
        }
    }

    static Stream<FusedCase> cases() {
        List<FusedCase> cases = new ArrayList<>();
        for (int width : new int[] {1, 3, 16, 17, 33, 64, 257}) {
            cases.add(FusedCase.plain("width " + width, ReLU::new, MSELoss::new, 0, 33, 16, width, width, 8)
                    .with(MOMENTUM));
            cases.add(FusedCase.plain(width + " classes", ReLU::new, CrossEntropyLoss::new, width, 31, 24, 16, width)
                    .with(MOMENTUM));
        }
        for (int rows : new int[] {1, 2, 31, 33, 128}) {
            cases.add(FusedCase.plain(rows + " rows", ReLU::new, MSELoss::new, 0, rows, 5, 16, 24, 3)
                    .with(MOMENTUM));
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
            cases.add(FusedCase.plain("" + activation.get(), activation, MSELoss::new, 0, 9, 3, 7, 16, 2));
            Supplier<Sequential> last =
                    () -> new Sequential(new Linear(6, 9, 1), activation.get(), new Linear(9, 4, 2), activation.get());
            cases.add(FusedCase.plain(activation.get() + " last", Tanh::new, MSELoss::new, 0, 17, 6, 9, 4)
                    .with(last));
        }
        Supplier<Sequential> bare = () -> new Sequential(new Linear(8, 16, 1), new Linear(16, 6, 2));
        cases.add(FusedCase.plain("no activation", ReLU::new, MSELoss::new, 0, 17, 8, 6)
                .with(bare));
        cases.add(FusedCase.plain("one layer", ReLU::new, MSELoss::new, 0, 5, 3, 2));
        for (int rows : new int[] {2, 3, 31, 128, 257, 1024}) {
            cases.add(FusedCase.normalized(rows, 12, 20, 16, 10).with(MOMENTUM));
        }
        for (int classes : new int[] {1, 17, 32, 33, 64}) {
            cases.add(FusedCase.normalized(33, 8, 13, classes));
        }
        Supplier<Sequential> mixed = () -> new Sequential(
                new Linear(7, 20, 1),
                new ReLU(),
                new Linear(20, 9, 2),
                new BatchNorm1d(9, 0.75, 0.0625, RunningVariance.UNBIASED),
                new Linear(9, 8, 3),
                new Tanh(),
                new Linear(8, 6, 4));
        cases.add(FusedCase.plain("with normalisation and tanh", ReLU::new, MSELoss::new, 0, 17, 7, 6)
                .with(mixed));
        cases.add(FusedCase.plain("binary", Tanh::new, BCEWithLogitsLoss::new, 0, 33, 3, 4, 1));
        Supplier<Sequential> reluLast =
                () -> new Sequential(new Linear(8, 16, 1), new ReLU(), new Linear(16, 8, 2), new ReLU());
        cases.add(FusedCase.plain("ReLU last, classes", ReLU::new, CrossEntropyLoss::new, 8, 17, 8, 8)
                .with(reluLast));
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
        FusedCase net = FusedCase.plain("", ReLU::new, MSELoss::new, 0, 20, 16, 24, 8);
        cases.add(net.with(MOMENTUM.withDampening(0.5).withWeightDecay(0.125)).named("dampening and decay"));
        cases.add(net.with(MOMENTUM.withNesterov().withWeightDecay(0.125)).named("Nesterov and decay"));
        cases.add(net.with(Hyper.lr(0.0625).withWeightDecay(0.25)).named("decay"));
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyMatrixIsWhatItsDefinitionSays(FusedCase of) {
        try (FusedPlans plans = new FusedPlans(of, device);
                CudaBf16Program program = (CudaBf16Program) plans.program()) {
            checkStep(of, plans, program);
            program.run(1);
            checkStep(of, plans, program);
            assertEquals(3, plans.steps());
            assertEquals(3, plans.batch().value());
        }
    }

    private static void checkStep(FusedCase of, FusedPlans plans, CudaBf16Program program) {
        Bf16Step step = new Bf16Step(of, plans.plan(), program);
        program.run(1);
        step.check();
    }

    @Test
    void gradientsMayGoStraightIntoTheVelocity() {
        FusedCase of =
                FusedCase.plain("", ReLU::new, MSELoss::new, 0, 33, 24, 20, 17).with(MOMENTUM);
        try (FusedPlans plans = new FusedPlans(of, device);
                CudaBf16Program program = (CudaBf16Program) plans.program(20 * 20)) {
            String description = program.description();
            assertEquals(1, description.split("of its velocity", -1).length - 1, description);
            program.run(2);
            checkStep(of, plans, program);
        }
    }

    @Test
    void parametersMayChangeBetweenRuns() {
        FusedCase of = FusedCase.plain("", ReLU::new, MSELoss::new, 0, 8, 5, 16, 3);
        try (FusedPlans plans = new FusedPlans(of, device);
                CudaBf16Program program = (CudaBf16Program) plans.program()) {
            program.run(2);
            Tensor weight = program.memory().last().affine().weight().value();
            weight.write(Arrays.stream(weight.toArray())
                    .map(number -> (float) (1 - number))
                    .toArray());
            checkStep(of, plans, program);
        }
    }

    @Test
    void lossesOfTenStepsAreCloseToThoseInFloat64() {
        FusedCase relu = FusedCase.plain("", ReLU::new, CrossEntropyLoss::new, 40, 64, 32, 96, 96, 40);
        FusedCase gelu = FusedCase.plain("", GELU::new, MSELoss::new, 0, 33, 20, 31, 17, 5);
        FusedCase normalized = FusedCase.normalized(64, 32, 48, 40, 10).with(MOMENTUM);
        for (FusedCase of : List.of(relu.with(MOMENTUM), gelu.with(MOMENTUM), normalized)) {
            try (FusedPlans plans = new FusedPlans(of, device);
                    FusedPlans verbs = new FusedPlans(of, Device.reference());
                    StepProgram program = plans.program()) {
                program.run(10);
                verbs.compose(10);
                for (int i = 0; i < 10; i++) {
                    double expected = verbs.losses()[i];
                    assertEquals(expected, plans.losses()[i], GATE * expected, of + ", step " + i);
                }
            }
        }
    }

    @Test
    void normalisationThatIsNotWholeInItsKernelsIsStoredAsFloat32() {
        Supplier<Sequential> last = () -> new Sequential(new Linear(8, 6, 1), new BatchNorm1d(6));
        Supplier<Sequential> tanh =
                () -> new Sequential(new Linear(8, 6, 1), new BatchNorm1d(6), new Tanh(), new Linear(6, 6, 2));
        FusedCase six = FusedCase.plain("", ReLU::new, MSELoss::new, 0, 9, 8, 6);
        for (FusedCase of : List.of(FusedCase.normalized(1025, 4, 3, 2), six.with(last), six.with(tanh))) {
            try (FusedPlans plans = new FusedPlans(of, device);
                    FusedPlans verbs = new FusedPlans(of, device);
                    StepProgram program = plans.program()) {
                assertFalse(program.description().contains("stored as bfloat16"), program.description());
                program.run(2);
                verbs.compose(2);
                assertArrayEquals(verbs.numbers(), plans.numbers(), 2 * Precision.BF16.productRoundoff());
            }
        }
    }

    @Test
    void aProgramThatIsClosedOrWhoseModelIsClosedSaysSo() {
        FusedCase of = FusedCase.plain("", ReLU::new, MSELoss::new, 0, 4, 3, 4, 2);
        FusedPlans plans = new FusedPlans(of, device);
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void someStepsAndMoreStepsAreAllOfThemBitForBit(FusedCase of) {
        try (FusedPlans parts = new FusedPlans(of, device);
                FusedPlans whole = new FusedPlans(of, device);
                FusedPlans singly = new FusedPlans(of, device);
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
}
