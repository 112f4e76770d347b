package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What steps of narrow nets cost in calls and bytes, and whether errors in the kernels would show, on the stand-in
/// driver.
@Tag("cuda")
@Tag("standin")
class CudaNarrowStepsTest {
    private static final List<String> ORDERS = List.of("eager,forward", "eager,reverse", "eager,random", "late,random");
    /// 64-64-64-64-16 as the plan of the GPU's work has it, with fewer samples: two blocks, one of them not full.
    private static final StepCase LARGE = StepCase.of(
                    "64-64-64-64-16", StepCase.net(ReLU::new, 64, 64, 64, 64, 16), MSELoss::new, 64, 16, 50)
            .with(Hyper.lr(0.125).withMomentum(0.9));
    private static final StepCase CLASSES = StepCase.of(
                    "classes", StepCase.net(Tanh::new, 41, 37, 9), CrossEntropyLoss::new, 41, 1, 33)
            .withLabels(9);
    /// 136 tiles of 32 rows: two for each of 68 blocks, the last of them not full.
    private static final StepCase NUMBERS =
            StepCase.of("numbers", StepCase.net(Tanh::new, 3, 5, 2), MSELoss::new, 3, 2, 132 * 32 + 100);

    /// Where the blocks have their gradients. Of each, the steps together come to all of the kernels: both objectives,
    /// several tiles a block.
    private enum Gradients {
        SHARED(new Steps(CLASSES, 227 << 10), new Steps(NUMBERS, 227 << 10)),
        /// A block may have so little that weights and samples fit, but not these too.
        GLOBAL(new Steps(CLASSES, 36 << 10), new Steps(NUMBERS, 16 << 10));

        private final List<Steps> steps;

        Gradients(Steps... steps) {
            this.steps = List.of(steps);
        }
    }

    /// Steps on a GPU whose blocks may have so many bytes of shared memory.
    private record Steps(StepCase of, int sharedOfBlock) {}

    @AfterEach
    void forget() {
        if (Standin.isBuilt()) {
            Standin.removeBarrier("");
        }
        Contexts.end();
    }

    static Stream<Precision> precisions() {
        return Stream.of(Precision.FP32, Precision.TF32, Precision.BF16);
    }

    @ParameterizedTest
    @MethodSource("precisions")
    void aStepIsTwoLaunchesAndManyAreOneCall(Precision precision) {
        try (Device device = Place.openCuda(precision);
                StepPlans narrow = new StepPlans(CLASSES, Tier.NARROW, device);
                StepProgram program = narrow.program()) {
            narrow.steps();
            Standin.reset();
            program.run(1);
            assertEquals(2, Standin.calls("cuLaunchKernel"));
            program.run(32);
            narrow.steps();
            Standin.reset();
            program.run(320);
            assertEquals(10, Standin.calls("cuGraphLaunch"));
            for (String call : List.of(
                    "cuLaunchKernel",
                    "cuMemAlloc_v2",
                    "cuMemFree_v2",
                    "cuMemHostAlloc",
                    "cuStreamSynchronize",
                    "cuGraphInstantiateWithFlags",
                    "cuMemcpyDtoHAsync_v2",
                    "cuMemcpyHtoDAsync_v2",
                    "cuMemcpyDtoDAsync_v2")) {
                assertEquals(0, Standin.calls(call), call);
            }
            assertEquals(353, narrow.steps());
        }
    }

    /// By hand, in numbers of 4 bytes: the batch; 13,520 parameters and as many gradients for each of the two blocks;
    /// parameter and velocity read and written.
    @Test
    void itsBytesAreWhatItsOperandsSay() {
        try (Device device = Place.openCuda(Precision.BF16);
                StepPlans narrow = new StepPlans(LARGE, Tier.NARROW, device);
                StepProgram program = narrow.program()) {
            long train = 4L * (50 * (64 + 16) + 2 * 13520 + 2 * 13520);
            long update = 4L * (2 * 13520 + 4 * 13520);
            String[] lines = program.description().split("\n");
            assertEquals(3, lines.length);
            assertTrue(lines[0].contains("2 launches, %,d bytes a step".formatted(train + update)), lines[0]);
            assertTrue(lines[1].endsWith("1 launch, %,d bytes".formatted(train)), lines[1]);
            assertTrue(lines[2].endsWith("1 launch, %,d bytes".formatted(update)), lines[2]);
        }
    }

    /// What is written is just that, with the sums of losses (16 bytes a block), the ring and three counters; read is
    /// more, because tables of layers and the optimizer's numbers are read again and again.
    @ParameterizedTest
    @MethodSource("precisions")
    void itsKernelsMoveWhatTheDescriptionSays(Precision precision) {
        try (Device device = Place.openCuda(precision);
                StepPlans narrow = new StepPlans(LARGE, Tier.NARROW, device);
                StepProgram program = narrow.program()) {
            narrow.steps();
            Standin.countBytes();
            program.run(1);
            narrow.steps();
            assertEquals(4L * (2 * 13520 + 2 * 13520) + 2 * 16 + 4 + 3 * 8, Standin.bytes("written"));
            assertTrue(Standin.bytes("read") >= 4L * (50 * (64 + 16) + 2 * 13520 + 2 * 13520 + 2 * 13520));
        }
    }

    /// By hand: 68 blocks of 1,056 slots, which are made 0, and read and written again for each of a block's two tiles;
    /// 32 parameters without velocity.
    @ParameterizedTest
    @MethodSource("precisions")
    void gradientsInGlobalMemoryAreReadAndWrittenForEachTile(Precision precision) {
        try (Device device = Place.openCuda(precision);
                StepPlans narrow = new StepPlans(NUMBERS, Tier.NARROW, device)) {
            Standin.sharedOfBlock(Gradients.GLOBAL.steps.getLast().sharedOfBlock());
            try (StepProgram program = narrow.program()) {
                long batch = 4324 * (3 + 2);
                long slots = 68 * 1056;
                long train = 4 * (batch + 68 * 32 + 5 * slots);
                String[] lines = program.description().split("\n");
                assertTrue(lines[1].endsWith("1 launch, %,d bytes".formatted(train)), lines[1]);
                narrow.steps();
                Standin.countBytes();
                program.run(1);
                narrow.steps();
                assertEquals(4 * (3 * slots + 32) + 68 * 16 + 4 + 3 * 8, Standin.bytes("written"));
                assertTrue(Standin.bytes("read") >= 4 * (batch + 68 * 32 + 2 * slots + slots + 32));
            }
        }
    }

    static Stream<Arguments> gradients() {
        return Arrays.stream(Gradients.values())
                .flatMap(gradients -> precisions().map(precision -> Arguments.of(gradients, precision)));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("gradients")
    void everyOrderOfThreadsGivesTheSameBits(Gradients gradients, Precision precision) {
        for (Steps steps : gradients.steps) {
            double[] wanted = run(steps, precision, ORDERS.getFirst(), "");
            for (String order : ORDERS) {
                assertArrayEquals(wanted, run(steps, precision, order, ""), steps + " " + order);
            }
        }
    }

    /// Where a gradient lies changes nothing of what it is.
    @ParameterizedTest
    @MethodSource("precisions")
    void gradientsInGlobalMemoryAreTheSameBits(Precision precision) {
        for (int i = 0; i < Gradients.SHARED.steps.size(); i++) {
            Steps shared = Gradients.SHARED.steps.get(i);
            Steps global = Gradients.GLOBAL.steps.get(i);
            assertArrayEquals(
                    run(shared, precision, ORDERS.getFirst(), ""), run(global, precision, ORDERS.getFirst(), ""));
        }
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("gradients")
    void everyBarrierAndExchangeIsNeeded(Gradients gradients, Precision precision) {
        Standin.barriers();
        List<double[]> wanted = gradients.steps.stream()
                .map(steps -> run(steps, precision, ORDERS.getFirst(), ""))
                .toList();
        List<String> places = Standin.barriers().stream()
                .filter(place -> place.contains("step_narrow") || place.contains("step_mma"))
                .toList();
        assertTrue(places.size() >= 10, places.toString());
        List<String> unnoticed = new ArrayList<>(places);
        unnoticed.removeIf(place -> isNoticedWithout(place, gradients.steps, precision, wanted));
        assertEquals(List.of(), unnoticed);
    }

    private static boolean isNoticedWithout(
            String place, List<Steps> steps, Precision precision, List<double[]> wanted) {
        for (String order : ORDERS.subList(0, 3)) {
            for (int i = 0; i < steps.size(); i++) {
                try {
                    if (!Arrays.equals(wanted.get(i), run(steps.get(i), precision, order + ",quiet", place))) {
                        return true;
                    }
                } catch (DeviceFailedException e) {
                    return true;
                }
            }
        }
        return false;
    }

    /// What some steps leave, without the barrier at `removed`.
    private static double[] run(Steps steps, Precision precision, String mode, String removed) {
        Standin.reset();
        Standin.sharedOfBlock(steps.sharedOfBlock());
        try (Device device = Place.openCuda(precision);
                StepPlans narrow = new StepPlans(steps.of(), Tier.NARROW, device);
                StepProgram program = narrow.program()) {
            assertEquals(
                    Gradients.GLOBAL.steps.contains(steps),
                    program.description().contains("gradients in global memory"),
                    program.description());
            Standin.mode(mode);
            Standin.removeBarrier(removed);
            program.run(2);
            return narrow.state();
        } finally {
            Standin.reset();
        }
    }

    @Test
    void eachCallThatAProgramMakesFailsInTurnCleanly() {
        try (Device device = Place.openCuda(Precision.FP32);
                StepPlans plans = new StepPlans(CLASSES, Tier.NARROW, device)) {
            StepFaults.assertEachCallFailsCleanly(plans);
        }
    }
}
