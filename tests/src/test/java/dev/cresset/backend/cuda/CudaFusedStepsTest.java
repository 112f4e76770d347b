package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.GELU;
import dev.cresset.optim.Hyper;
import dev.cresset.standin.Holdings;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What fused steps cost in calls and memory, and what becomes of their faults, on the stand-in driver.
@Tag("cuda")
@Tag("standin")
class CudaFusedStepsTest {
    private static final FusedFaults FAULTS = new FusedFaults(Precision.FP32);
    private static final FusedCase MNIST =
            FusedCase.normalized(128, 784, 512, 256, 10).with(Hyper.lr(0.0625).withMomentum(0.9));
    private static final FusedCase SMALL =
            FusedCase.normalized(33, 12, 20, 18, 10).with(Hyper.lr(0.0625).withMomentum(0.9));

    @AfterEach
    void forget() {
        if (Standin.isBuilt()) {
            Standin.removeBarrier("");
        }
        Contexts.end();
    }

    @Test
    void aStepOfTheNetForMnistIsThirteenLaunches() {
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans plans = new FusedPlans(MNIST, device);
                StepProgram program = plans.program()) {
            Standin.reset();
            program.run(1);
            assertEquals(5, Standin.calls("cublasSgemm_v2"));
            assertEquals(8, Standin.calls("cuLaunchKernel"));
            for (String call :
                    List.of("cuMemAlloc_v2", "cuMemFree_v2", "cuStreamSynchronize", "cuMemcpyDtoDAsync_v2")) {
                assertEquals(0, Standin.calls(call), call);
            }
        }
    }

    /// By hand, in numbers of 4 bytes: what each launch must read and write once.
    @Test
    void itsBytesAreWhatItsOperandsSay() {
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans plans = new FusedPlans(MNIST, device);
                StepProgram program = plans.program()) {
            List<Long> expected = List.of(
                    128L * 784 * (1 + 4) + 128 * (1 + 4),
                    4L * (128 * 784 + 512 * 784 + 128 * 512),
                    4L * (2 * 128 * 512 + 9 * 512),
                    4L * (128 * 512 + 256 * 512 + 128 * 256),
                    4L * (2 * 128 * 256 + 9 * 256),
                    4L * (128 * 256 + 10 * 256 + 128 + 128 * 10 + 2 * 32),
                    4L * (128 * 10 + 128 * 256 + 10 * 256 + 10),
                    4L * (2 * 128 * 256 + 128 * 10 + 10 * 256 + 8 * 256),
                    4L * (128 * 256 + 128 * 512 + 256 * 512),
                    4L * (128 * 256 + 256 * 512 + 128 * 512),
                    4L * (3 * 128 * 512 + 8 * 512),
                    4L * (128 * 512 + 128 * 784 + 512 * 784),
                    4L * 5 * (512 * 784 + 512 * 3 + 256 * 512 + 256 * 3 + 10 * 256 + 128));
            String[] lines = program.description().split("\n");
            assertEquals(1 + expected.size(), lines.length, program.description());
            for (int i = 0; i < expected.size(); i++) {
                String end = "; 1 launch, %,d bytes".formatted(expected.get(i));
                assertTrue(lines[i + 1].endsWith(end), lines[i + 1] + ", expected " + end);
            }
            long all = expected.stream().mapToLong(Long::longValue).sum();
            assertTrue(lines[0].contains("13 launches, %,d bytes a step".formatted(all)), lines[0]);
        }
    }

    @Test
    void manyStepsAreOneCall() {
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans plans = new FusedPlans(SMALL, device);
                StepProgram program = plans.program()) {
            program.run(1 + 32 + 5);
            Standin.reset();
            program.run(2 * 32 + 5);
            assertEquals(3, Standin.calls("cuGraphLaunch"));
            for (String call :
                    List.of("cuLaunchKernel", "cublasSgemm_v2", "cuGraphInstantiateWithFlags", "cuMemAlloc_v2")) {
                assertEquals(0, Standin.calls(call), call);
            }
        }
    }

    @Test
    void everyOrderOfThreadsGivesTheSameBits() {
        FAULTS.assertEveryOrderOfThreadsGivesTheSameBits(cases());
    }

    private static List<FusedCase> cases() {
        return List.of(
                SMALL,
                FusedCase.normalized(257, 13, 19, 9),
                FusedCase.plain("", GELU::new, MSELoss::new, 0, 31, 5, 33, 3));
    }

    @Test
    void noBarrierCanBeLeftOut() {
        FAULTS.assertNoBarrierCanBeLeftOut(
                List.of(SMALL), List.of("step_normalize_gradient.cuh", "step_classify.cu", "tile.cuh"));
    }

    @Test
    void everyCallThatFailsIsATypedErrorAndLeaksNothing() {
        FAULTS.assertEachFailureIsTypedAndLeaksNothing(
                FusedCase.normalized(5, 3, 4, 2),
                List.of(
                        "cuMemAlloc_v2",
                        "cuLaunchKernel",
                        "cublasSgemm_v2",
                        "cuStreamBeginCapture_v2",
                        "cuStreamEndCapture",
                        "cuGraphInstantiateWithFlags",
                        "cuGraphLaunch",
                        "cuMemsetD8Async"));
    }

    @Test
    void aSecondStreamThatCannotBeMadeIsATypedErrorAndLeaksNothing() {
        Place.openCuda(Precision.FP32).close();
        Holdings before = Holdings.now();
        for (String call : List.of("cuStreamCreate", "cuEventCreate", "cublasCreate_v2", "cuMemAlloc_v2")) {
            try (Device device = Place.openCuda(Precision.FP32)) {
                Standin.fail(call, 1, 2);
                assertThrows(
                        RuntimeException.class,
                        () -> ((CudaBackend) device).engine().side(),
                        call);
                Standin.fail(call, 0, 0);
                ((CudaBackend) device).engine().side().fork();
            }
        }
        before.assertUnchanged("after them all");
    }

    @Test
    void aSmallWeightsGradientRunsBesideWhatFollows() {
        try (Device device = Place.openCuda(Precision.FP32);
                FusedPlans plans = new FusedPlans(MNIST, device);
                StepProgram program = plans.program()) {
            Standin.reset();
            program.run(1);
            assertEquals(2, Standin.calls("cuStreamWaitEvent"));
            String[] parts = program.description().split("on the second stream", -1);
            assertEquals(2, parts.length, program.description());
            assertTrue(parts[0].endsWith("gradient of weight 256×512 over 128 rows, cuBLAS "), parts[0]);
        }
    }

    @Test
    void kernelsOfFusedStepsRunHere() {
        TreeSet<String> idle = new TreeSet<>(Standin.kernels());
        idle.removeIf(name -> !name.startsWith("step")
                || !List.of(
                                "stepDraw_f32",
                                "stepNormalize_f32",
                                "stepNormalizeGradient_f32",
                                "stepNormalizeGradientOfClasses_f32",
                                "stepClassify_f32",
                                "stepClassifyGradient_f32",
                                "stepLoss_f32",
                                "stepUpdate_f32")
                        .contains(name));
        assertEquals(8, idle.size());
        Standin.reset();
        cases().forEach(of -> FAULTS.state(of, "forward"));
        idle.removeIf(name -> Standin.calls(name) > 0);
        assertEquals(new TreeSet<>(), idle);
    }
}
