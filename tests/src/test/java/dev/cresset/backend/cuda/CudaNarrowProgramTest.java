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
import dev.cresset.backend.step.Tier;
import dev.cresset.loss.BCELoss;
import dev.cresset.loss.BCEWithLogitsLoss;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.L1Loss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.loss.SmoothL1Loss;
import dev.cresset.nn.ActivationLayer;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.GELU;
import dev.cresset.nn.Identity;
import dev.cresset.nn.LeakyReLU;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Sigmoid;
import dev.cresset.nn.Softplus;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.RowOrder.Kind;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole steps of narrow nets in two kernels, held against the verbs on the reference device in float64, which start
/// from the same numbers. What exactly is rounded is held in [CudaNarrowRoundingTest].
@Tag("cuda")
class CudaNarrowProgramTest {
    private static final int STEPS = 5;
    /// How far a step may be off, in roundings of the largest parameter: the update rounds twice, and a gradient is a
    /// sum in float32 over layers' widths and a tile's samples.
    private static final int ROUNDINGS = 8;
    /// How far the way of a parameter may be off, in roundings of factors: each of a chain of products has two.
    private static final int FACTORS = 4;

    private static final Map<Precision, Device> DEVICES = new EnumMap<>(Precision.class);

    static Device device(Precision precision) {
        return DEVICES.computeIfAbsent(precision, Place::openCuda);
    }

    @AfterAll
    static void close() {
        DEVICES.values().forEach(Device::close);
        DEVICES.clear();
    }

    static final StepCase CLASSES = StepCase.of(
                    "33-17-9 classes", StepCase.net(ReLU::new, 33, 17, 9), CrossEntropyLoss::new, 33, 1, 65)
            .withLabels(9)
            .with(Hyper.lr(0.125).withMomentum(0.9));

    static final StepCase NUMBERS = StepCase.of("5-20-3", StepCase.net(Tanh::new, 5, 20, 3), MSELoss::new, 5, 3, 40);

    static Stream<StepCase> cases() {
        List<StepCase> cases = new ArrayList<>(List.of(CLASSES, NUMBERS));
        List<Supplier<ActivationLayer>> activations =
                List.of(Identity::new, Sigmoid::new, Tanh::new, ReLU::new, () -> new LeakyReLU(0.2));
        for (Supplier<ActivationLayer> activation : activations) {
            cases.add(StepCase.of(
                    "3-7-18-2 with " + activation.get(), StepCase.net(activation, 3, 7, 18, 2), MSELoss::new, 3, 2, 9));
        }
        for (Supplier<ActivationLayer> last : List.<Supplier<ActivationLayer>>of(GELU::new, Softplus::new, ReLU::new)) {
            Supplier<Sequential> model =
                    () -> new Sequential(new Linear(3, 6, 1), new Tanh(), new Linear(6, 4, 2), last.get());
            cases.add(StepCase.of(last.get() + " at the end", model, SmoothL1Loss::new, 3, 4, 6));
        }
        Supplier<Sequential> probabilities = () -> new Sequential(new Linear(3, 4, 1), new Sigmoid());
        cases.add(StepCase.of("absolute", StepCase.net(Tanh::new, 3, 4), L1Loss::new, 3, 4, 6));
        cases.add(StepCase.of("binary", probabilities, BCELoss::new, 3, 4, 6));
        cases.add(StepCase.of("binary of logits", StepCase.net(Tanh::new, 3, 4), BCEWithLogitsLoss::new, 3, 4, 6));
        for (Reduction reduction : Reduction.values()) {
            Supplier<Loss> squared = () -> new MSELoss(reduction);
            cases.add(StepCase.of("squared, " + reduction, StepCase.net(Tanh::new, 2, 3, 3), squared, 2, 3, 7)
                    .with(Hyper.lr(1.0 / 64)));
            for (Targets targets : Targets.values()) {
                boolean labels = targets == Targets.CLASS_INDICES;
                Supplier<Loss> loss = () -> new CrossEntropyLoss(targets, reduction)
                        .withLabelSmoothing(0.25)
                        .withClassWeights(0.5, 1, 2, 0.25, 1);
                String name = targets + ", " + reduction;
                cases.add(StepCase.of(name, StepCase.net(Tanh::new, 2, 6, 5), loss, 2, labels ? 1 : 5, 35)
                        .withLabels(labels ? 5 : 0)
                        .with(Hyper.lr(1.0 / 64)));
            }
        }
        Hyper momentum = Hyper.lr(0.0625).withMomentum(0.9);
        cases.add(NUMBERS.with(momentum));
        cases.add(NUMBERS.with(momentum.withDampening(0.5).withWeightDecay(0.125)));
        cases.add(NUMBERS.with(momentum.withNesterov().withWeightDecay(0.125)));
        cases.add(NUMBERS.with(Hyper.lr(0.0625).withWeightDecay(0.25)));
        cases.add(NUMBERS.with(Kind.SEQUENTIAL).withSamples(40));
        for (int rows : new int[] {1, 2, 31, 32, 33, 64, 257, 1000}) {
            cases.add(
                    StepCase.of("batch of " + rows, StepCase.net(Tanh::new, 3, 5, 3), CrossEntropyLoss::new, 3, 1, rows)
                            .withLabels(3));
        }
        for (int width : new int[] {1, 15, 16, 17, 31, 33, 64, 100, 128}) {
            cases.add(StepCase.of(
                    "width " + width, StepCase.net(ReLU::new, width, width, 4), MSELoss::new, width, 4, 33));
        }
        cases.add(StepCase.of("one of all", StepCase.net(Tanh::new, 1, 1, 1), MSELoss::new, 1, 1, 1)
                .withSamples(1));
        cases.add(StepCase.of("one class", StepCase.net(Tanh::new, 2, 3, 1), CrossEntropyLoss::new, 2, 1, 5)
                .withLabels(1));
        cases.add(StepCase.of("128 classes", StepCase.net(Tanh::new, 2, 3, 128), CrossEntropyLoss::new, 2, 1, 40)
                .withLabels(128));
        cases.add(StepCase.of("data in bytes", StepCase.net(Tanh::new, 6, 9, 3), MSELoss::new, 6, 3, 40)
                .inEighths());
        cases.add(StepCase.of("labels as one-hot rows", StepCase.net(Tanh::new, 2, 3, 6), MSELoss::new, 2, 1, 5)
                .withLabels(6));
        int[] deep = new int[17];
        Arrays.fill(deep, 5);
        cases.add(StepCase.of("16 layers", StepCase.net(Identity::new, deep), MSELoss::new, 5, 5, 4));
        cases.add(StepCase.of("the plan's", StepCase.net(ReLU::new, 64, 64, 64, 64, 16), MSELoss::new, 64, 16, 150)
                .with(Hyper.lr(0.125).withMomentum(0.9)));
        cases.add(StepCase.of("128-128-128", StepCase.net(ReLU::new, 128, 128, 128), MSELoss::new, 128, 128, 33));
        return cases.stream();
    }

    static Stream<Precision> precisions() {
        return Stream.of(Precision.FP32, Precision.TF32, Precision.BF16);
    }

    static Stream<Arguments> casesHere() {
        return precisions().flatMap(precision -> cases().map(of -> Arguments.of(of, precision)));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("casesHere")
    void stepsAreThoseOfTheVerbs(StepCase of, Precision precision) {
        try (StepPlans narrow = new StepPlans(of, Tier.NARROW, device(precision));
                StepPlans verbs = new StepPlans(of, Tier.COMPOSED, Device.reference());
                StepProgram program = narrow.program()) {
            double[] begun = verbs.numbers();
            program.run(STEPS);
            verbs.compose(of.rows(), STEPS);
            assertAsTheVerbs(precision, STEPS, begun, verbs, narrow);
            assertEquals(STEPS, narrow.steps());
            assertEquals(STEPS, narrow.batch().value());
        }
    }

    /// Parameters to roundings of float32, and to roundings of factors of how far they have come; losses likewise.
    static void assertAsTheVerbs(Precision precision, int steps, double[] begun, StepPlans verbs, StepPlans narrow) {
        double[] wanted = verbs.numbers();
        double most = Arrays.stream(wanted).map(Math::abs).reduce(1, Math::max);
        double farthest = 0;
        for (int i = 0; i < wanted.length; i++) {
            farthest = Math.max(farthest, Math.abs(wanted[i] - begun[i]));
        }
        double factor = precision == Precision.FP32 ? 0 : FACTORS * precision.productRoundoff();
        double tolerance = steps * ROUNDINGS * precision.roundoff() * most + factor * farthest;
        assertArrayEquals(wanted, narrow.numbers(), tolerance, "parameters");
        double[] losses = verbs.losses();
        double largest = Arrays.stream(losses).map(Math::abs).reduce(1, Math::max);
        assertArrayEquals(
                losses,
                narrow.losses(),
                (steps * ROUNDINGS * precision.roundoff() * most + factor) * largest,
                "losses");
    }

    /// A block takes tile after tile: two and a half thousand samples more than all blocks have in their first.
    @ParameterizedTest
    @MethodSource("precisions")
    void batchesOfMoreTilesThanBlocksAreThoseOfTheVerbs(Precision precision) {
        StepCase of =
                StepCase.of("19,396 rows", StepCase.net(ReLU::new, 2, 3, 2), MSELoss::new, 2, 2, 132 * 128 + 2500);
        try (StepPlans narrow = new StepPlans(of, Tier.NARROW, device(precision));
                StepPlans verbs = new StepPlans(of, Tier.COMPOSED, Device.reference());
                StepProgram program = narrow.program()) {
            assertTrue(program.description().contains("76 blocks' tiles of 128 rows"), program.description());
            double[] begun = verbs.numbers();
            program.run(1);
            verbs.compose(of.rows(), 1);
            assertAsTheVerbs(precision, 1, begun, verbs, narrow);
        }
    }

    @ParameterizedTest
    @MethodSource("precisions")
    void someStepsAndMoreStepsAreAllOfThemBitForBit(Precision precision) {
        for (StepCase of : List.of(CLASSES, NUMBERS)) {
            try (StepPlans parts = new StepPlans(of, Tier.NARROW, device(precision));
                    StepPlans whole = new StepPlans(of, Tier.NARROW, device(precision));
                    StepProgram first = parts.program();
                    StepProgram second = whole.program()) {
                first.run(1);
                first.run(2);
                first.run(0);
                first.run(67);
                second.run(70);
                assertArrayEquals(whole.state(), parts.state());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("precisions")
    void theLearningRateMayChangeBetweenRuns(Precision precision) {
        try (StepPlans narrow = new StepPlans(NUMBERS, Tier.NARROW, device(precision));
                StepPlans verbs = new StepPlans(NUMBERS, Tier.COMPOSED, Device.reference());
                StepProgram program = narrow.program()) {
            double[] begun = verbs.numbers();
            program.run(2);
            narrow.lr(0.5);
            program.run(2);
            verbs.compose(NUMBERS.rows(), 2);
            verbs.lr(0.5);
            verbs.compose(NUMBERS.rows(), 2);
            assertAsTheVerbs(precision, 4, begun, verbs, narrow);
        }
    }

    @ParameterizedTest
    @MethodSource("precisions")
    void aShortLastBatchIsAProgramOfItsOwn(Precision precision) {
        StepCase of = NUMBERS.withSamples(80 + 5).withBatches(3);
        try (StepPlans narrow = new StepPlans(of, Tier.NARROW, device(precision));
                StepPlans verbs = new StepPlans(of, Tier.COMPOSED, Device.reference());
                StepProgram whole = narrow.program(of.rows());
                StepProgram last = narrow.program(5)) {
            double[] begun = verbs.numbers();
            for (int epoch = 0; epoch < 3; epoch++) {
                whole.run(2);
                last.run(1);
                verbs.compose(of.rows(), 2);
                verbs.compose(5, 1);
            }
            assertAsTheVerbs(precision, 9, begun, verbs, narrow);
            assertEquals(9, narrow.batch().value());
        }
    }

    /// One sample's feature is NaN, or its label is none of the classes: the loss and what is trained become NaN, as by
    /// the verbs.
    @ParameterizedTest
    @MethodSource("precisions")
    void whatIsNoNumberOrNoClassIsNotOverlooked(Precision precision) {
        for (StepCase of : List.of(NUMBERS.withNaN(), CLASSES.withNaN(), CLASSES.withLabels(12))) {
            try (StepPlans narrow = new StepPlans(of, Tier.NARROW, device(precision));
                    StepProgram program = narrow.program()) {
                program.run(of.samples() / of.rows());
                double[] losses = narrow.losses();
                assertTrue(Arrays.stream(losses).anyMatch(Double::isNaN), of + ": " + Arrays.toString(losses));
                assertTrue(Arrays.stream(narrow.numbers()).anyMatch(Double::isNaN), of.name());
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheReason() {
        assertRefused(
                () -> new Sequential(new Linear(4, 5, 1), new BatchNorm1d(5), new Linear(5, 3, 2)),
                4,
                "narrow tier takes linear layers and activations, found BatchNorm1d");
        assertRefused(StepCase.net(ReLU::new, 129, 3), 129, "at most 128 inputs, found 129");
        assertRefused(
                StepCase.net(ReLU::new, 4, 129, 3),
                4,
                "layers of at most 128 outputs, found Linear '0' (4 → 129) with 129");
        assertRefused(StepCase.net(GELU::new, 4, 5, 3), 4, "whose output tells their slope");
        assertRefused(StepCase.net(() -> new LeakyReLU(-0.5), 4, 5, 3), 4, "none with a negative slope");
        int[] large = new int[17];
        Arrays.fill(large, 128);
        large[16] = 3;
        assertRefused(StepCase.net(ReLU::new, large), 128, "in the shared memory of one block, which has");
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP64", "FP32_3XTF32"})
    void otherPrecisionsAreRefused(Precision precision) {
        try (Device device = Place.openCuda(precision)) {
            assertRefused(device, StepCase.net(ReLU::new, 4, 5, 3), 4, "FP32, TF32 or BF16, found " + precision);
        }
    }

    private static void assertRefused(Supplier<Sequential> model, int inputs, String reason) {
        assertRefused(device(Precision.FP32), model, inputs, reason);
    }

    private static void assertRefused(Device device, Supplier<Sequential> model, int inputs, String reason) {
        StepCase of = StepCase.of("refused", model, MSELoss::new, inputs, 3, 32);
        try (StepPlans narrow = new StepPlans(of, Tier.NARROW, device)) {
            List<String> reasons = new ArrayList<>();
            assertTrue(device.program(narrow.plan(32), Tier.NARROW, reasons).isEmpty());
            assertEquals(1, reasons.size(), reasons.toString());
            assertTrue(reasons.getFirst().contains(reason), reasons.getFirst());
        }
    }

    @ParameterizedTest
    @MethodSource("precisions")
    void aProgramSaysWhatItIsAndEndsWhenItIsClosed(Precision precision) {
        try (StepPlans narrow = new StepPlans(CLASSES, Tier.NARROW, device(precision))) {
            StepProgram program = narrow.program();
            assertEquals(Tier.NARROW, program.tier());
            String said = program.description();
            assertTrue(said.startsWith("33-17-9, batch 65, factors in " + precision + ": 2 launches"), said);
            program.close();
            program.close();
            assertThrows(ClosedException.class, () -> program.run(1));
        }
    }
}
