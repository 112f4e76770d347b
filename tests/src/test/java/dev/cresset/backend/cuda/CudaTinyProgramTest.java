package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
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
import dev.cresset.nn.ELU;
import dev.cresset.nn.GELU;
import dev.cresset.nn.Identity;
import dev.cresset.nn.LeakyReLU;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.SiLU;
import dev.cresset.nn.Sigmoid;
import dev.cresset.nn.Softplus;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.RowOrder.Kind;
import dev.cresset.tensor.ShapeException;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole steps of small nets in one kernel, held against the verbs on the reference device in float64, which start from
/// the same numbers.
@Tag("cuda")
class CudaTinyProgramTest {
    private static final int STEPS = 5;
    /// How far a step may be off, in roundings of the largest parameter: the update rounds twice, and the errors of a
    /// gradient come in times a learning rate of at most 1/8.
    private static final int ROUNDINGS = 4;

    static final StepCase TOY = StepCase.of(
                    "toy",
                    () -> new Sequential(new Linear(4, 5, 1), new Sigmoid(), new Linear(5, 3, 2), new Sigmoid()),
                    MSELoss::new,
                    4,
                    3,
                    32)
            .with(Hyper.lr(0.1));

    static Stream<StepCase> cases() {
        List<StepCase> cases = new ArrayList<>(List.of(TOY));
        List<Supplier<ActivationLayer>> activations = List.of(
                Identity::new,
                Sigmoid::new,
                Tanh::new,
                ReLU::new,
                () -> new LeakyReLU(0.2),
                () -> new ELU(0.7),
                GELU::new,
                SiLU::new,
                Softplus::new);
        for (Supplier<ActivationLayer> activation : activations) {
            cases.add(StepCase.of(
                    "3-7-5-2 with " + activation.get(), StepCase.net(activation, 3, 7, 5, 2), MSELoss::new, 3, 2, 9));
        }
        Supplier<Sequential> probabilities = () -> new Sequential(new Linear(3, 4, 1), new Sigmoid());
        cases.add(StepCase.of("absolute", StepCase.net(Tanh::new, 3, 4), L1Loss::new, 3, 4, 6));
        cases.add(StepCase.of("smooth absolute", StepCase.net(Tanh::new, 3, 4), SmoothL1Loss::new, 3, 4, 6));
        cases.add(StepCase.of("binary", probabilities, BCELoss::new, 3, 4, 6));
        cases.add(StepCase.of("binary of logits", StepCase.net(Tanh::new, 3, 4), BCEWithLogitsLoss::new, 3, 4, 6));
        for (Reduction reduction : Reduction.values()) {
            cases.add(StepCase.of(
                            "squared, " + reduction,
                            StepCase.net(Tanh::new, 2, 3, 3),
                            () -> new MSELoss(reduction),
                            2,
                            3,
                            7)
                    .with(Hyper.lr(1.0 / 64)));
            for (Targets targets : Targets.values()) {
                boolean labels = targets == Targets.CLASS_INDICES;
                Supplier<Loss> loss = () -> new CrossEntropyLoss(targets, reduction)
                        .withLabelSmoothing(0.25)
                        .withClassWeights(0.5, 1, 2, 0.25, 1);
                cases.add(StepCase.of(
                                targets + ", " + reduction,
                                StepCase.net(Tanh::new, 2, 6, 5),
                                loss,
                                2,
                                labels ? 1 : 5,
                                11)
                        .withLabels(labels ? 5 : 0)
                        .with(Hyper.lr(1.0 / 64)));
            }
        }
        Hyper momentum = Hyper.lr(0.0625).withMomentum(0.9);
        cases.add(TOY.with(momentum));
        cases.add(TOY.with(momentum.withDampening(0.5).withWeightDecay(0.125)));
        cases.add(TOY.with(momentum.withNesterov().withWeightDecay(0.125)));
        cases.add(TOY.with(Hyper.lr(0.0625).withWeightDecay(0.25)));
        cases.add(TOY.with(Kind.SEQUENTIAL).withSamples(32));
        for (int rows : new int[] {1, 2, 3, 31, 33, 128, 257}) {
            cases.add(
                    StepCase.of("batch of " + rows, StepCase.net(Tanh::new, 3, 5, 3), CrossEntropyLoss::new, 3, 1, rows)
                            .withLabels(3));
        }
        cases.add(StepCase.of("one of all", StepCase.net(Tanh::new, 1, 1, 1), MSELoss::new, 1, 1, 1)
                .withSamples(1));
        cases.add(StepCase.of("one class", StepCase.net(Tanh::new, 2, 3, 1), CrossEntropyLoss::new, 2, 1, 5)
                .withLabels(1));
        cases.add(StepCase.of("300 classes", StepCase.net(Tanh::new, 2, 3, 300), CrossEntropyLoss::new, 2, 1, 5)
                .withLabels(300));
        cases.add(StepCase.of("labels as one-hot rows", StepCase.net(Tanh::new, 2, 3, 6), MSELoss::new, 2, 1, 5)
                .withLabels(6));
        cases.add(StepCase.of("257 inputs", StepCase.net(ReLU::new, 257, 9, 2), MSELoss::new, 257, 2, 10));
        cases.add(StepCase.of("8 layers", StepCase.net(Tanh::new, 2, 3, 3, 3, 3, 3, 3, 3, 3), MSELoss::new, 2, 3, 4));
        cases.add(StepCase.of(
                        "1,800 parameters", StepCase.net(Tanh::new, 33, 37, 11, 9), CrossEntropyLoss::new, 33, 1, 33)
                .withLabels(9)
                .with(Hyper.lr(0.125).withMomentum(0.9)));
        cases.add(StepCase.of("wide outputs", StepCase.net(Tanh::new, 5, 34, 35), BCEWithLogitsLoss::new, 5, 35, 32));
        cases.add(StepCase.of("4,000 parameters", StepCase.net(Tanh::new, 31, 64, 31), MSELoss::new, 31, 31, 16));
        return cases.stream();
    }

    static Stream<Arguments> casesHere() {
        return Place.here().flatMap(place -> cases().map(of -> Arguments.of(of, place)));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("casesHere")
    void stepsAreThoseOfTheVerbs(StepCase of, Place place) {
        try (StepPlans tiny = new StepPlans(of, Tier.TINY, place.device());
                StepPlans verbs = new StepPlans(of, Tier.TINY, Device.reference());
                StepProgram program = tiny.program()) {
            program.run(STEPS);
            verbs.compose(of.rows(), STEPS);
            double u = place.device().precision().roundoff()
                    + Device.reference().precision().roundoff();
            double most = Arrays.stream(verbs.numbers()).map(Math::abs).reduce(1, Math::max);
            double tolerance = STEPS * ROUNDINGS * u * most;
            assertArrayEquals(verbs.numbers(), tiny.numbers(), tolerance, "parameters");
            double[] losses = verbs.losses();
            double largest = Arrays.stream(losses).map(Math::abs).reduce(1, Math::max);
            assertArrayEquals(losses, tiny.losses(), tolerance * largest, "losses");
            assertEquals(STEPS, tiny.steps());
            assertEquals(STEPS, tiny.batch().value());
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("casesHere")
    void someStepsAndMoreStepsAreAllOfThemBitForBit(StepCase of, Place place) {
        try (StepPlans parts = new StepPlans(of, Tier.TINY, place.device());
                StepPlans whole = new StepPlans(of, Tier.TINY, place.device());
                StepProgram first = parts.program();
                StepProgram second = whole.program()) {
            first.run(1);
            first.run(2);
            first.run(0);
            first.run(4);
            second.run(7);
            assertArrayEquals(whole.state(), parts.state());
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void aRecordingOfStepsIsTheStepsBitForBit(Place place) {
        try (StepPlans recorded = new StepPlans(TOY, Tier.TINY, place.device());
                StepPlans plain = new StepPlans(TOY, Tier.TINY, place.device());
                StepProgram inRecording = recorded.program();
                StepProgram alone = plain.program();
                Recording recording = place.device().record(() -> inRecording.run(3))) {
            recording.replay();
            recording.replay();
            alone.run(6);
            assertArrayEquals(plain.state(), recorded.state());
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void theLearningRateMayChangeBetweenRuns(Place place) {
        try (StepPlans tiny = new StepPlans(TOY, Tier.TINY, place.device());
                StepPlans verbs = new StepPlans(TOY, Tier.TINY, Device.reference());
                StepProgram program = tiny.program()) {
            program.run(2);
            tiny.lr(2);
            program.run(2);
            verbs.compose(TOY.rows(), 2);
            verbs.lr(2);
            verbs.compose(TOY.rows(), 2);
            assertArrayEquals(verbs.numbers(), tiny.numbers(), place.shortTolerance() * TOY.rows());
        }
    }

    /// The rows of 64 batches are computed together, and a run ends in the middle of the next 64.
    @ParameterizedTest
    @MethodSource("places")
    void manyEpochsAreThoseOfTheVerbs(Place place) {
        StepCase of = TOY.withSamples(160);
        try (StepPlans tiny = new StepPlans(of, Tier.TINY, place.device());
                StepPlans verbs = new StepPlans(of, Tier.TINY, Device.reference());
                StepProgram program = tiny.program()) {
            program.run(101);
            program.run(100);
            verbs.compose(of.rows(), 201);
            double tolerance = 201 * place.device().precision().roundoff() + 1e-14;
            assertArrayEquals(verbs.numbers(), tiny.numbers(), tolerance);
            assertArrayEquals(verbs.losses(), tiny.losses(), tolerance);
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void aShortLastBatchIsAProgramOfItsOwn(Place place) {
        StepCase of = TOY.withSamples(64 + 5).withBatches(3);
        try (StepPlans tiny = new StepPlans(of, Tier.TINY, place.device());
                StepPlans verbs = new StepPlans(of, Tier.TINY, Device.reference());
                StepProgram whole = tiny.program(of.rows());
                StepProgram last = tiny.program(5)) {
            for (int epoch = 0; epoch < 3; epoch++) {
                whole.run(2);
                last.run(1);
                verbs.compose(of.rows(), 2);
                verbs.compose(5, 1);
            }
            assertArrayEquals(verbs.numbers(), tiny.numbers(), 9 * place.shortTolerance() * TOY.rows());
            assertEquals(9, tiny.batch().value());
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void theRingHasTheLossesOfTheLastSteps(Place place) {
        int steps = StepPlans.RING + 10;
        try (StepPlans tiny = new StepPlans(TOY, Tier.TINY, place.device());
                StepPlans again = new StepPlans(TOY, Tier.TINY, place.device());
                StepProgram program = tiny.program();
                StepProgram other = again.program()) {
            program.run(steps);
            other.run(steps - 10);
            double[] before = again.losses();
            other.run(10);
            double[] all = tiny.losses();
            assertArrayEquals(again.losses(), all);
            assertArrayEquals(Arrays.copyOfRange(before, 10, before.length), Arrays.copyOfRange(all, 10, all.length));
            assertTrue(all[9] < before[0], "the loss of step " + steps + " is " + all[9] + ", the first " + before[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void theToyLearnsWhatAnotherToyKnows(Place place) {
        StepCase of = TOY.withSamples(320).with(Hyper.lr(1).withMomentum(0.9));
        try (StepPlans tiny = new StepPlans(of, Tier.TINY, place.device());
                StepProgram program = tiny.program()) {
            program.run(1);
            double first = tiny.losses()[0];
            program.run(StepPlans.RING * 6);
            double last = Arrays.stream(tiny.losses()).average().orElseThrow();
            assertTrue(last < 0.95 * first, "from " + first + " to " + last);
        }
    }

    /// One sample's feature is NaN, or its label is none of the classes: the loss and what is trained become NaN, as by
    /// the verbs.
    @ParameterizedTest
    @MethodSource("places")
    void whatIsNoNumberOrNoClassIsNotOverlooked(Place place) {
        StepCase labels = StepCase.of("labels", StepCase.net(Tanh::new, 2, 3, 4), CrossEntropyLoss::new, 2, 1, 6);
        for (StepCase of : List.of(TOY.withNaN(), labels.withLabels(4).withNaN(), labels.withLabels(9))) {
            try (StepPlans tiny = new StepPlans(of, Tier.TINY, place.device());
                    StepProgram program = tiny.program()) {
                program.run(of.samples() / of.rows());
                double[] losses = tiny.losses();
                assertTrue(Arrays.stream(losses).anyMatch(Double::isNaN), of + ": " + Arrays.toString(losses));
                assertTrue(Arrays.stream(tiny.numbers()).anyMatch(Double::isNaN));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void whatDoesNotFitIsRefusedWithTheReason(Place place) {
        assertRefused(
                place,
                () -> new Sequential(new Linear(4, 5, 1), new BatchNorm1d(5), new Linear(5, 3, 2)),
                "takes linear layers and activations, found BatchNorm1d");
        assertRefused(place, () -> new Sequential(new Sigmoid(), new Linear(4, 3, 1)), "before the first");
        assertRefused(
                place,
                () -> new Sequential(new Linear(4, 3, 1), new Tanh(), new Sigmoid()),
                "one activation behind each linear layer, found Sigmoid");
        int[] deep = new int[18];
        Arrays.fill(deep, 4);
        deep[17] = 3;
        assertRefused(place, StepCase.net(Tanh::new, deep), "1 to 16 linear layers, found 17");
        assertRefused(place, StepCase.net(Tanh::new, 4, 9000, 3), "72,003 parameters and a batch of 32 rows need");
    }

    private static void assertRefused(Place place, Supplier<Sequential> model, String reason) {
        StepCase of = StepCase.of("refused", model, MSELoss::new, 4, 3, 32);
        try (StepPlans tiny = new StepPlans(of, Tier.TINY, place.device())) {
            List<String> reasons = new ArrayList<>();
            assertTrue(CudaTinyProgram.of(tiny.plan(32), (CudaBackend) place.device(), reasons)
                    .isEmpty());
            assertEquals(1, reasons.size());
            assertTrue(reasons.getFirst().contains(reason), reasons.getFirst());
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void aPlanWhoseSizesDoNotFitTogetherIsRefused(Place place) {
        try (StepPlans tiny = new StepPlans(TOY, Tier.TINY, place.device())) {
            String message =
                    assertThrows(ShapeException.class, () -> tiny.plan(33)).getMessage();
            assertTrue(message.contains("expected 1 to 32 rows of a batch, found 33"), message);
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void aProgramSaysWhatItIsAndEndsWhenItIsClosed(Place place) {
        try (StepPlans tiny = new StepPlans(TOY, Tier.TINY, place.device())) {
            StepProgram program = tiny.program();
            assertEquals(Tier.TINY, program.tier());
            assertTrue(program.description().startsWith("4-5-3, batch 32, computed in float"));
            program.close();
            program.close();
            assertThrows(ClosedException.class, () -> program.run(1));
            StepProgram another = tiny.program();
            tiny.model().close();
            assertThrows(ClosedException.class, () -> another.run(1));
            another.close();
        }
    }

    static Stream<Place> places() {
        return Place.here();
    }
}
