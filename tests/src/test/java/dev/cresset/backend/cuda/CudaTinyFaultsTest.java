package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What steps in one kernel cost in calls, and whether errors in the kernel would show, on the stand-in driver.
@Tag("cuda")
@Tag("standin")
class CudaTinyFaultsTest {
    private static final List<String> ORDERS = List.of("eager,forward", "eager,reverse", "eager,random", "late,random");
    /// Together they come to all of the kernel: both objectives, a batch beyond what threads keep in registers.
    private static final List<StepCase> CASES = List.of(
            CudaTinyProgramTest.TOY.with(Hyper.lr(0.1).withMomentum(0.9)),
            StepCase.of("classes", StepCase.net(Tanh::new, 41, 37, 9), CrossEntropyLoss::new, 41, 1, 33)
                    .withLabels(9));

    @AfterEach
    void forget() {
        Contexts.end();
    }

    @Test
    void aThousandStepsOfTheToyAreOneLaunchAndNothingElse() {
        try (Device device = Place.openCuda(Precision.FP32);
                StepPlans toy = new StepPlans(CudaTinyProgramTest.TOY, Tier.TINY, device);
                StepProgram program = toy.program()) {
            toy.steps();
            Standin.reset();
            program.run(1000);
            assertEquals(1, Standin.calls("cuLaunchKernel"));
            for (String call : List.of("cuMemAlloc_v2", "cuMemFree_v2", "cuMemHostAlloc", "cuStreamSynchronize")) {
                assertEquals(0, Standin.calls(call), call);
            }
            for (String copy : List.of("cuMemcpyDtoHAsync_v2", "cuMemcpyHtoDAsync_v2", "cuMemcpyDtoDAsync_v2")) {
                assertEquals(0, Standin.calls(copy), copy);
            }
            program.run(5000);
            assertEquals(6, Standin.calls("cuLaunchKernel"));
            assertEquals(6000, toy.steps());
        }
    }

    @Test
    void aStepOfLargerNetsIsInShorterLaunches() {
        StepCase of = StepCase.of("large", StepCase.net(Tanh::new, 64, 128, 10), CrossEntropyLoss::new, 64, 1, 32);
        try (Device device = Place.openCuda(Precision.FP32);
                StepPlans large = new StepPlans(of.withLabels(10), Tier.TINY, device);
                StepProgram program = large.program()) {
            String said = program.description();
            int most = Integer.parseInt(said.replaceAll("(?s).*up to (\\d+) steps.*", "$1"));
            assertTrue(most > 1 && most < 100, said);
            Standin.reset();
            program.run(most + 1);
            assertEquals(2, Standin.calls("cuLaunchKernel"));
        }
    }

    @Test
    void everyOrderOfThreadsGivesTheSameBits() {
        for (StepCase of : CASES) {
            double[] wanted = run(of, ORDERS.getFirst(), "");
            for (String order : ORDERS) {
                assertArrayEquals(wanted, run(of, order, ""), of + " " + order);
            }
        }
    }

    @Test
    void everyBarrierAndExchangeIsNeeded() {
        Standin.barriers();
        List<double[]> wanted =
                CASES.stream().map(of -> run(of, ORDERS.getFirst(), "")).toList();
        List<String> places = Standin.barriers().stream()
                .filter(place -> place.contains("step_tiny"))
                .toList();
        assertTrue(places.size() >= 10, places.toString());
        for (String place : places) {
            assertTrue(isNoticedWithout(place, wanted), "the tiny tier does as well without " + place);
        }
    }

    private static boolean isNoticedWithout(String place, List<double[]> wanted) {
        for (String order : ORDERS.subList(0, 3)) {
            for (int i = 0; i < CASES.size(); i++) {
                try {
                    if (!Arrays.equals(wanted.get(i), run(CASES.get(i), order + ",quiet", place))) {
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
    private static double[] run(StepCase of, String mode, String removed) {
        Standin.reset();
        try (Device device = Place.openCuda(Precision.FP32);
                StepPlans tiny = new StepPlans(of, Tier.TINY, device);
                StepProgram program = tiny.program()) {
            Standin.mode(mode);
            Standin.removeBarrier(removed);
            program.run(3);
            return tiny.state();
        } finally {
            Standin.reset();
        }
    }

    @Test
    void eachCallThatAProgramMakesFailsInTurnCleanly() {
        try (Device device = Place.openCuda(Precision.FP32);
                StepPlans plans = new StepPlans(CASES.getLast(), Tier.TINY, device)) {
            StepFaults.assertEachCallFailsCleanly(plans);
        }
    }
}
