package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.ReLU;
import dev.cresset.optim.Hyper;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole steps on a GPU whose blocks may have 99 KiB of shared memory, as those of sm_86, 89 and 120, on the stand-in
/// driver: narrow nets have their gradients in global memory sooner, and what does not fit is left to the next tier.
@Tag("cuda")
@Tag("standin")
class CudaSmallSharedMemoryTest {
    private static final int SHARED_BYTES = 99 << 10;

    @AfterEach
    void forget() {
        Contexts.end();
    }

    /// 64-64-64-64-16 as the plan of the GPU's work has it: two tiles for each of 67 blocks, the last of them with two
    /// samples. With its gradients, 54,080 bytes, a block would need more than it may have.
    @ParameterizedTest
    @CsvSource({"FP32, 97344", "TF32, 97344", "BF16, 55872"})
    void stepsOfMoreTilesThanBlocksAreThoseOfTheVerbs(Precision precision, int shared) {
        StepCase of = StepCase.of(
                        "64-64-64-64-16",
                        StepCase.net(ReLU::new, 64, 64, 64, 64, 16),
                        MSELoss::new,
                        64,
                        16,
                        133 * 32 + 2)
                .with(Hyper.lr(0.125).withMomentum(0.9));
        try (Device device = small(precision);
                StepPlans narrow = new StepPlans(of, Tier.NARROW, device);
                StepPlans verbs = new StepPlans(of, Tier.COMPOSED, Device.reference());
                StepProgram program = narrow.program()) {
            String tiles = "67 blocks' tiles of 32 rows, %,d bytes of shared memory".formatted(shared);
            assertTrue(program.description().contains(tiles), program.description());
            double[] begun = verbs.numbers();
            program.run(1);
            verbs.compose(of.rows(), 1);
            CudaNarrowProgramTest.assertAsTheVerbs(precision, 1, begun, verbs, narrow);
        }
    }

    @Test
    void aNetThatIsTooLargeForNarrowStepsIsLeftToFusedOnes() {
        StepCase of = StepCase.of("wide", StepCase.net(ReLU::new, 128, 128, 128), MSELoss::new, 128, 128, 4000);
        String reason = "in the shared memory of one block, which has 99328 bytes here; 128-128-128 needs";
        assertEquals(Tier.NARROW, chosen(Place.openCuda(Precision.FP32), of, new ArrayList<>()));
        List<String> reasons = new ArrayList<>();
        assertEquals(Tier.FUSED, chosen(small(Precision.FP32), of, reasons));
        assertTrue(reasons.stream().anyMatch(sentence -> sentence.contains(reason)), reasons.toString());
    }

    @Test
    void aBatchThatIsTooLargeForTinyStepsIsLeftToNarrowOnes() {
        StepCase of = StepCase.of("long", StepCase.net(ReLU::new, 40, 1), MSELoss::new, 40, 1, 400);
        String reason = "in the shared memory of one block, which has 95232 bytes here";
        assertEquals(Tier.TINY, chosen(Place.openCuda(Precision.FP32), of, new ArrayList<>()));
        List<String> reasons = new ArrayList<>();
        assertEquals(Tier.NARROW, chosen(small(Precision.FP32), of, reasons));
        assertTrue(reasons.stream().anyMatch(sentence -> sentence.contains(reason)), reasons.toString());
    }

    private static Device small(Precision precision) {
        Device device = Place.openCuda(precision);
        Standin.sharedOfBlock(SHARED_BYTES);
        return device;
    }

    /// The tier that AUTO takes, and that a step of it runs.
    private static Tier chosen(Device device, StepCase of, List<String> reasons) {
        try (device;
                StepPlans plans = new StepPlans(of, Tier.AUTO, device);
                StepProgram program = device.program(plans.plan(of.rows()), Tier.AUTO, reasons)
                        .orElseThrow()) {
            program.run(1);
            assertEquals(1, plans.steps());
            return program.tier();
        }
    }
}
