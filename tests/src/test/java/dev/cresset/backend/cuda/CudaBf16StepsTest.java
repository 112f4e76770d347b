package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.GELU;
import dev.cresset.nn.ReLU;
import dev.cresset.optim.Hyper;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What fused steps in bfloat16 cost in calls and memory, and what becomes of their faults, on the stand-in driver.
@Tag("cuda")
@Tag("standin")
class CudaBf16StepsTest {
    private static final FusedFaults FAULTS = new FusedFaults(Precision.BF16);
    private static final Hyper MOMENTUM = Hyper.lr(0.0625).withMomentum(0.9);
    /// Four layers, cross-entropy.
    private static final FusedCase WIDE = FusedCase.plain(
                    "wide", ReLU::new, CrossEntropyLoss::new, 40, 48, 32, 64, 64, 64, 40)
            .with(MOMENTUM);
    private static final FusedCase ODD =
            FusedCase.plain("odd", ReLU::new, MSELoss::new, 0, 31, 5, 33, 17, 3).with(MOMENTUM);
    private static final FusedCase CURVED = FusedCase.plain("curved", GELU::new, MSELoss::new, 0, 131, 5, 133, 3)
            .with(MOMENTUM);
    private static final FusedCase NORMALIZED =
            FusedCase.normalized(33, 12, 20, 18, 10).with(MOMENTUM);
    private static final List<FusedCase> ALL = List.of(WIDE, ODD, CURVED, NORMALIZED);
    private static final FusedCase SMALL = FusedCase.plain("small", ReLU::new, MSELoss::new, 0, 5, 8, 8, 3, 2);

    @AfterEach
    void forget() {
        if (Standin.isBuilt()) {
            Standin.removeBarrier("");
        }
        Contexts.end();
    }

    /// The batch, 4 products, the loss; for each layer the gradients of its weight and its bias (2), for three that of
    /// the product below; the update.
    @Test
    void aStepOfFourLayersIsTwentyTwoLaunches() {
        try (Device device = Place.openCuda(Precision.BF16);
                FusedPlans plans = new FusedPlans(WIDE, device);
                StepProgram program = plans.program()) {
            Standin.reset();
            program.run(1);
            assertEquals(7, Standin.calls("cublasLtMatmul"));
            assertEquals(4, Standin.calls("cublasGemmEx"));
            // Three gradients of weights run beside what follows.
            assertEquals(3 + 1, Standin.calls("cuStreamWaitEvent"));
            // One of them rounds the parameters, once for all steps of a run.
            assertEquals(11 + 1, Standin.calls("cuLaunchKernel"));
            assertTrue(program.description().contains(" 22 launches"), program.description());
            for (String call :
                    List.of("cuMemAlloc_v2", "cuMemFree_v2", "cuStreamSynchronize", "cuMemcpyDtoDAsync_v2")) {
                assertEquals(0, Standin.calls(call), call);
            }
        }
    }

    @Test
    void aStepOfTheNetForMnistIsThirteenLaunches() {
        FusedCase mnist = FusedCase.normalized(128, 784, 512, 256, 10).with(MOMENTUM);
        List<Long> expected = List.of(
                128L * 784 * (1 + 2) + 128 * (1 + 4),
                2L * (128 * 784 + 512 * 784) + 4 * 128 * 512,
                6L * 128 * 512 + 4 * 9 * 512,
                2L * (128 * 512 + 256 * 512) + 4 * 128 * 256,
                6L * 128 * 256 + 4 * 9 * 256,
                2L * 128 * 256 + 4 * (10 * 256 + 128 + 128 * 10 + 2 * 32),
                2L * 128 * 256 + 4 * (128 * 10 + 10 * 256 + 10),
                6L * 128 * 256 + 4 * (128 * 10 + 10 * 256 + 8 * 256),
                2L * (128 * 256 + 128 * 512) + 4 * 256 * 512,
                2L * (128 * 256 + 256 * 512) + 4 * 128 * 512,
                10L * 128 * 512 + 4 * 8 * 512,
                2L * (128 * 512 + 128 * 784) + 4 * 512 * 784,
                (4L * 5 + 2) * (512 * 784 + 512 * 3 + 256 * 512 + 256 * 3 + 10 * 256 + 128));
        try (Device device = Place.openCuda(Precision.BF16);
                FusedPlans plans = new FusedPlans(mnist, device);
                CudaBf16Program program = (CudaBf16Program) plans.program()) {
            assertEquals(expected, bytes(program), program.description());
            Standin.reset();
            program.run(1);
            assertEquals(5, Standin.calls("cublasGemmEx"));
            assertEquals(8 + 1, Standin.calls("cuLaunchKernel"));
        }
    }

    private static List<Long> bytes(CudaBf16Program program) {
        return program.lines().stream()
                .filter(line -> line.launches() > 0)
                .map(CudaFusedLine::bytes)
                .toList();
    }

    /// By hand, in bytes: what each launch must read and write once.
    @Test
    void itsBytesAreWhatItsOperandsSay() {
        long sums = 2 * 8;
        List<Long> expected = List.of(
                48L * 32 * (4 + 2) + 48 * (1 + 4),
                2L * (48 * 32 + 64 * 32 + 64 + 48 * 64) + 48 * 128 / 8,
                2L * (48 * 64 + 64 * 64 + 64 + 48 * 64) + 48 * 128 / 8,
                2L * (48 * 64 + 64 * 64 + 64 + 48 * 64) + 48 * 128 / 8,
                2L * (48 * 64 + 40 * 64) + 4 * (40 + 48 * 40),
                48L * 40 * (4 + 2) + 48 * 4 + 12 * 8,
                2L * 48 * 40 + 40 * (sums + 4),
                2L * (48 * 40 + 48 * 64) + 4 * 40 * 64,
                2L * (48 * 40 + 40 * 64 + 48 * 64) + 48 * 128 / 8,
                2L * 48 * 64 + 64 * (sums + 4),
                2L * (48 * 64 + 48 * 64) + 2 * 4 * 64 * 64,
                2L * (48 * 64 + 64 * 64 + 48 * 64) + 48 * 128 / 8,
                2L * 48 * 64 + 64 * (sums + 4),
                2L * (48 * 64 + 48 * 64) + 2 * 4 * 64 * 64,
                2L * (48 * 64 + 64 * 64 + 48 * 64) + 48 * 128 / 8,
                2L * 48 * 64 + 64 * (sums + 4),
                2L * (48 * 64 + 48 * 32) + 4 * 64 * 32,
                (4L * 5 + 2) * (64 * 32 + 40 * 64 + 4 * 128) + (4L * 3 + 2) * (2 * 64 * 64));
        try (Device device = Place.openCuda(Precision.BF16);
                FusedPlans plans = new FusedPlans(WIDE, device);
                CudaBf16Program program = (CudaBf16Program) plans.program(64 * 64)) {
            assertEquals(expected, bytes(program), program.description());
            long all = expected.stream().mapToLong(Long::longValue).sum();
            String first = program.description().split("\n")[0];
            assertTrue(first.contains("stored as bfloat16: 22 launches, %,d bytes a step".formatted(all)), first);
        }
    }

    /// The kernels' own reads and writes. Beside what a line says they read what comes from the cache: a bias once for
    /// each row, and small things of a few numbers.
    @Test
    void itsKernelsMoveThoseBytesAndLittleMore() {
        for (FusedCase of : ALL) {
            try (Device device = Place.openCuda(Precision.BF16);
                    FusedPlans plans = new FusedPlans(of, device);
                    CudaBf16Program program = (CudaBf16Program) plans.program(64 * 64)) {
                program.run(1);
                for (CudaFusedLine line : program.lines()) {
                    long moved = bytesOf(device, line);
                    if (moved > 0) {
                        long most = line.bytes() + cached(of, line, program);
                        assertTrue(
                                moved >= line.bytes() && moved <= most,
                                line + ": moved " + moved + ", expected up to " + most);
                    }
                }
            }
        }
    }

    private static long bytesOf(Device device, CudaFusedLine line) {
        CudaBackend backend = (CudaBackend) device;
        device.tensor(1, 1).item();
        Standin.countBytes();
        synchronized (backend.context()) {
            backend.context().enter();
            line.submission().run();
        }
        device.tensor(1, 1).item();
        return Standin.bytes("read") + Standin.bytes("written");
    }

    private static long cached(FusedCase of, CudaFusedLine line, CudaBf16Program program) {
        CudaBf16Memory memory = program.memory();
        long output = memory.z().size();
        String text = line.text();
        if (text.contains("stepDrawBf16")) {
            // Each thread looks which batch it is; numbers of few different ones are places in their list.
            int threads = 256 * CudaGrid.elements(of.rows() * Math.max((of.inputs() + 3) / 4, of.targetColumns()));
            return threads * 8L + of.rows() * (of.inputs() + of.targetColumns()) * 4L + 5 * 8;
        } else if (text.contains("stepActivateBf16")) {
            return 133L * Short.BYTES * of.rows();
        } else if (text.contains("addRowActivate")) {
            // The bias for each row; what is Z and output at once is written as both.
            return 2 * output * Float.BYTES;
        } else if (text.contains("stepCrossEntropyBf16")) {
            // The logits twice more, the class weights twice; by each lane the label, by each thread the divisor.
            long blocks = memory.tally().partialsCount();
            return 4 * output * Float.BYTES + 31L * of.rows() * Float.BYTES + 128 * blocks * Double.BYTES;
        } else if (text.contains("stepUpdate")) {
            // Each thread looks at the learning rate and its like and which step it is; a mark for 4 numbers; the loss.
            long threads = 256L * CudaGrid.elements(memory.shadow().size() / 4);
            return threads * 3 * Long.BYTES
                    + memory.shadow().size() / 4
                    + memory.tally().partialsCount() * 8L
                    + 64;
        } else if (text.contains("lassif") || text.contains("OfClasses")) {
            // The weight for each row; of each tile of columns the gradient, for each quad.
            CudaBf16Layer last = memory.last();
            return 4L * of.rows() * last.outputs() * (last.inputs() + 16) * Float.BYTES;
        } else if (text.contains("stepNormalize")) {
            // What each column has, in each of the 64 lanes that share its rows.
            return 64 * 5 * 20L * Float.BYTES;
        }
        return 512;
    }

    @Test
    void manyStepsAreOneCall() {
        for (FusedCase of : List.of(WIDE, ODD, NORMALIZED)) {
            try (Device device = Place.openCuda(Precision.BF16);
                    FusedPlans plans = new FusedPlans(of, device);
                    StepProgram program = plans.program()) {
                program.run(1 + 32 + 5);
                Standin.reset();
                program.run(2 * 32 + 5);
                assertEquals(3, Standin.calls("cuGraphLaunch"));
                assertEquals(1, Standin.calls("cuLaunchKernel"));
                for (String call : List.of(
                        "cublasGemmEx",
                        "cublasLtMatmul",
                        "cuGraphInstantiateWithFlags",
                        "cuMemAlloc_v2",
                        "cuStreamSynchronize")) {
                    assertEquals(0, Standin.calls(call), call);
                }
            }
        }
    }

    @Test
    void everyOrderOfThreadsGivesTheSameBits() {
        FAULTS.assertEveryOrderOfThreadsGivesTheSameBits(ALL);
    }

    @Test
    void noBarrierCanBeLeftOut() {
        FAULTS.assertNoBarrierCanBeLeftOut(
                List.of(CURVED, WIDE, NORMALIZED),
                List.of("step_normalize_gradient.cuh", "step_classify.cu", "tile.cuh", "reduce.cuh"));
    }

    @ParameterizedTest
    @EnumSource(names = {"RELU_AUX_BIAS", "RELU_BIAS", "DRELU", "BIAS"})
    void whereTheLibraryHasNoneThereAreKernelsAndTheReason(CudaLtEpilogue epilogue) {
        Standin.refuseEpilogue(epilogue.value());
        if (epilogue == CudaLtEpilogue.RELU_BIAS) {
            Standin.refuseEpilogue(CudaLtEpilogue.RELU_AUX_BIAS.value());
        }
        try (Device device = Place.openCuda(Precision.BF16);
                FusedPlans plans = new FusedPlans(WIDE, device);
                CudaBf16Program program = (CudaBf16Program) plans.program()) {
            String said = program.description();
            assertTrue(said.contains("CUBLAS_STATUS_NOT_SUPPORTED"), said);
            boolean gradients = epilogue != CudaLtEpilogue.BIAS;
            assertEquals(gradients ? 3 : 0, said.split("stepActivateGradientBf16 \\(General", -1).length - 1, said);
            int forward = epilogue == CudaLtEpilogue.RELU_BIAS ? 3 : 0;
            assertEquals(forward, said.split("stepActivateBf16 \\(General", -1).length - 1, said);
            program.run(1);
            Bf16Step step = new Bf16Step(WIDE, plans.plan(), program);
            program.run(1);
            step.check();
        }
    }

    /// Status 15: not supported.
    @Test
    void whatTheLibraryOffersAndThenRefusesIsDoneByKernelsWithTheReason() {
        for (int nth = 1; nth <= 7; nth++) {
            try (Device device = Place.openCuda(Precision.BF16);
                    FusedPlans plans = new FusedPlans(WIDE, device)) {
                Standin.fail("cublasLtMatmul", nth, 15);
                try (CudaBf16Program program = (CudaBf16Program) plans.program()) {
                    String said = program.description();
                    assertTrue(said.contains("refused its first run on cuda:0"), said);
                    program.run(1);
                    Bf16Step step = new Bf16Step(WIDE, plans.plan(), program);
                    program.run(1);
                    step.check();
                } finally {
                    Standin.fail("cublasLtMatmul", 0, 0);
                }
            }
        }
    }

    @Test
    void rowsThatAreNoMultiplesOfSixteenBytesSaySo() {
        try (Device device = Place.openCuda(Precision.BF16);
                FusedPlans plans = new FusedPlans(ODD, device);
                StepProgram program = plans.program()) {
            Standin.reset();
            program.run(1);
            assertEquals(0, Standin.calls("cublasLtMatmul"));
            String said = program.description();
            assertEquals(5, said.split("its rows are not all multiples of 16 bytes", -1).length - 1, said);
            assertTrue(said.contains("once a run: parameters in bfloat16: roundToBf16"), said);
        }
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
                        "cublasGemmEx",
                        "cuMemAlloc_v2",
                        "cuMemsetD8Async",
                        "cuLaunchKernel",
                        "cuStreamBeginCapture_v2",
                        "cuGraphInstantiateWithFlags",
                        "cuGraphLaunch"));
        FAULTS.assertEachFailureIsTypedAndLeaksNothing(
                FusedCase.normalized(5, 3, 4, 2), List.of("cuMemAlloc_v2", "cuLaunchKernel", "cublasGemmEx"));
    }

    @Test
    void kernelsOfStepsInBfloat16RunHere() {
        TreeSet<String> idle = new TreeSet<>(Standin.kernels());
        idle.removeIf(name -> !name.startsWith("step") || !name.contains("Bf16") || name.contains("Narrow"));
        assertEquals(12, idle.size());
        Standin.reset();
        ALL.forEach(of -> FAULTS.state(of, "forward"));
        idle.removeIf(name -> Standin.calls(name) > 0);
        assertEquals(new TreeSet<>(), idle);
    }
}
