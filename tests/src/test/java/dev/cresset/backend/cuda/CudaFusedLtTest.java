package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.standin.Holdings;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import jcuda.jcublas.cublasStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Fused steps whose products end with a bias, a ReLU or its gradient, on the stand-in driver: the numbers of the
/// verbs, in fewer launches; and without those products, where the library has none.
@Tag("cuda")
@Tag("standin")
class CudaFusedLtTest {
    private static final FusedFaults FAULTS = new FusedFaults(Precision.FP32);
    private static final int STEPS = 3;
    /// Roundings of a number in a step beside those of its sums.
    private static final int OTHERS = 256;

    private static final Hyper MOMENTUM = Hyper.lr(0.0625).withMomentum(0.9);
    private static final FusedCase SQUARE = FusedCase.plain(
                    "square", ReLU::new, MSELoss::new, 0, 32, 64, 64, 64, 64, 16)
            .with(MOMENTUM);
    private static final FusedCase SMALL = FusedCase.plain("small", ReLU::new, MSELoss::new, 0, 5, 3, 4, 2);

    @AfterEach
    void forget() {
        if (Standin.isBuilt()) {
            Standin.reset();
        }
    }

    static Stream<FusedCase> cases() {
        Stream<FusedCase> sizes = Stream.of(1, 2, 33)
                .flatMap(rows -> Stream.of(1, 3, 31, 129).map(width -> FusedCase.plain(
                                rows + " rows, width " + width,
                                ReLU::new,
                                MSELoss::new,
                                0,
                                rows,
                                5,
                                width,
                                130 - width,
                                width)
                        .with(MOMENTUM)));
        Supplier<Sequential> reluLast =
                () -> new Sequential(new Linear(7, 9, 1), new ReLU(), new Linear(9, 6, 2), new ReLU());
        Supplier<Sequential> bare = () -> new Sequential(new Linear(7, 9, 1), new Linear(9, 6, 2));
        Supplier<Sequential> mixed = () -> new Sequential(
                new Linear(7, 20, 1),
                new ReLU(),
                new Linear(20, 9, 2),
                new BatchNorm1d(9),
                new ReLU(),
                new Linear(9, 8, 3),
                new Tanh(),
                new Linear(8, 6, 4));
        FusedCase six = FusedCase.plain("", ReLU::new, MSELoss::new, 0, 17, 7, 6);
        return Stream.concat(
                sizes,
                Stream.of(
                        SQUARE,
                        FusedCase.plain("33 classes", ReLU::new, CrossEntropyLoss::new, 33, 64, 40, 96, 96, 33),
                        FusedCase.plain("10 classes", ReLU::new, CrossEntropyLoss::new, 10, 33, 40, 96, 10),
                        six.with(reluLast).named("ReLU last"),
                        six.with(bare).named("no activation"),
                        six.with(mixed).named("with normalisation and tanh")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void stepsAreThoseOfTheVerbs(FusedCase of) {
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans fused = new FusedPlans(of, device);
                FusedPlans verbs = new FusedPlans(of, Device.reference());
                StepProgram program = fused.program()) {
            assertTrue(program.description().contains("cuBLASLt"), program.description());
            program.run(STEPS);
            verbs.compose(STEPS);
            assertClose(of, verbs, fused);
        }
    }

    private static void assertClose(FusedCase of, FusedPlans expected, FusedPlans found) {
        double most = Arrays.stream(expected.numbers()).map(Math::abs).reduce(1, Math::max);
        double roundings = STEPS * (Math.sqrt(of.rows()) + Math.sqrt(of.inputs()) + OTHERS);
        double tolerance = roundings * Precision.FP32.roundoff() * most;
        assertArrayEquals(expected.numbers(), found.numbers(), tolerance, "numbers");
        double largest = Arrays.stream(expected.losses()).map(Math::abs).reduce(1, Math::max);
        assertArrayEquals(expected.losses(), found.losses(), tolerance * largest, "losses");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void recordedStepsAreThoseOfSubmittedOnesBitForBit(FusedCase of) {
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans parts = new FusedPlans(of, device);
                FusedPlans singly = new FusedPlans(of, device);
                StepProgram program = parts.program()) {
            program.run(2);
            program.run(3);
            for (int i = 0; i < 5; i++) {
                // The first step of a program is never recorded.
                try (StepProgram eager = singly.program()) {
                    eager.run(1);
                }
            }
            assertArrayEquals(singly.state(), parts.state());
        }
    }

    /// Held against the verbs in the same precision: what both round, they round alike but where sums differ.
    @ParameterizedTest
    @EnumSource(names = {"TF32", "FP32_3XTF32"})
    void productsThatTakeWhatIsStoredArePlannedAndOthersSayWhyNot(Precision precision) {
        FusedCase of = FusedCase.plain("", ReLU::new, MSELoss::new, 0, 33, 20, 17, 5);
        try (Device device = Place.openCuda(precision);
                FusedPlans fused = new FusedPlans(of, device);
                FusedPlans verbs = new FusedPlans(of, device);
                StepProgram program = fused.program()) {
            String said = program.description();
            if (precision == Precision.TF32) {
                assertTrue(said.contains("bias, ReLU, mask in TF32: cuBLASLt"), said);
            } else {
                assertTrue(said.contains("products in " + precision + " do not"), said);
            }
            List<double[]> first = verbs.tensors();
            program.run(STEPS);
            verbs.compose(STEPS);
            double error = new FusedWay(first, verbs.tensors(), STEPS).error(fused.tensors(), precision);
            assertTrue(error <= 1, precision + " is off by " + error + " times what rounding explains");
        }
    }

    /// 4 products forward and 3 back in place of 4 + 4 and 3 + 2·3; beside them 4 gradients of weights, the last bias's
    /// gradient (2), the batch, the loss and the update.
    @Test
    void aStepOfFourLayersIsSixteenLaunchesInPlaceOfTwentySix() {
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans plans = new FusedPlans(SQUARE, device);
                StepProgram program = plans.program()) {
            Standin.reset();
            program.run(1);
            assertEquals(7, Standin.calls("cublasLtMatmul"));
            assertEquals(4, Standin.calls("cublasSgemm_v2"));
            assertEquals(5, Standin.calls("cuLaunchKernel"));
            assertTrue(program.description().contains(" 16 launches"), program.description());
            for (String call : List.of("cuMemAlloc_v2", "cuMemFree_v2", "cuStreamSynchronize")) {
                assertEquals(0, Standin.calls(call), call);
            }
        }
        for (CudaLtEpilogue each : List.of(CudaLtEpilogue.RELU_AUX_BIAS, CudaLtEpilogue.BIAS)) {
            Standin.refuseEpilogue(each.value());
        }
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans plans = new FusedPlans(SQUARE, device);
                StepProgram program = plans.program()) {
            assertTrue(program.description().contains(" 26 launches"), program.description());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RELU_AUX_BIAS", "DRELU_BGRAD", "BIAS"})
    void whereTheLibraryHasNoneThereAreKernelsAndTheReason(CudaLtEpilogue epilogue) {
        Standin.refuseEpilogue(epilogue.value());
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans fused = new FusedPlans(SQUARE, device);
                FusedPlans verbs = new FusedPlans(SQUARE, Device.reference());
                StepProgram program = fused.program()) {
            String said = program.description();
            int layers = epilogue == CudaLtEpilogue.BIAS ? 1 : 3;
            assertEquals(layers, said.split("addRowActivate \\(General kernels are used for ", -1).length - 1, said);
            assertTrue(said.contains("CUBLAS_STATUS_NOT_SUPPORTED"), said);
            program.run(STEPS);
            verbs.compose(STEPS);
            assertClose(SQUARE, verbs, fused);
        }
    }

    /// Statuses: not supported, of another architecture, invalid value, did not start.
    @ParameterizedTest
    @ValueSource(ints = {15, 8, 7, 13})
    void whatTheLibraryOffersAndThenRefusesIsDoneByKernelsWithTheReason(int status) {
        Place.openCuda(Precision.FP32).close();
        Holdings before = Holdings.now();
        for (int nth = 1; nth <= 7; nth++) {
            try (Device device = Place.openCuda(Precision.FP32);
                    FusedPlans fused = new FusedPlans(SQUARE, device);
                    FusedPlans verbs = new FusedPlans(SQUARE, Device.reference())) {
                Standin.fail("cublasLtMatmul", nth, status);
                try (StepProgram program = fused.program()) {
                    String said = program.description();
                    assertEquals(1, said.split("refused its first run on cuda:0", -1).length - 1, said);
                    assertTrue(said.contains(cublasStatus.stringFor(status)), said);
                    program.run(STEPS);
                    verbs.compose(STEPS);
                    assertClose(SQUARE, verbs, fused);
                } finally {
                    Standin.fail("cublasLtMatmul", 0, 0);
                }
            }
            before.assertUnchanged("after run " + nth);
        }
    }

    @Test
    void whereThereIsNoRoomToTryProductsTheyAreTakenUntried() {
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans fused = new FusedPlans(SQUARE, device);
                FusedPlans verbs = new FusedPlans(SQUARE, Device.reference())) {
            fused.program().close();
            Standin.reset();
            Standin.fail("cuMemAlloc_v2", 1, 2);
            try (StepProgram program = fused.program()) {
                assertEquals(6, Standin.calls("cublasLtMatmul"), "one of seven is not tried");
                assertFalse(program.description().contains("General kernels"), program.description());
                program.run(STEPS);
                verbs.compose(STEPS);
                assertClose(SQUARE, verbs, fused);
            }
        }
    }

    @Test
    void everyOrderOfThreadsGivesTheSameBits() {
        FAULTS.assertEveryOrderOfThreadsGivesTheSameBits(List.of(SQUARE));
    }

    @Test
    void aProgramThatOutlivesItsDeviceClosesQuietly() {
        FAULTS.assertAProgramThatOutlivesItsDeviceClosesQuietly(SMALL);
    }

    @Test
    void everyCallThatFailsIsATypedErrorAndLeaksNothing() {
        FAULTS.assertEachFailureIsTypedAndLeaksNothing(
                SMALL,
                List.of(
                        "cublasLtCreate",
                        "cublasLtMatmulDescCreate",
                        "cublasLtMatmulDescSetAttribute",
                        "cublasLtMatrixLayoutCreate",
                        "cublasLtMatmulPreferenceCreate",
                        "cublasLtMatmulPreferenceSetAttribute",
                        "cublasLtMatmulAlgoGetHeuristic",
                        "cublasLtMatmulAlgoConfigGetAttribute",
                        "cublasLtMatmul",
                        "cuMemAlloc_v2",
                        "cuLaunchKernel",
                        "cuGraphLaunch"));
    }
}
