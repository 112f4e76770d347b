package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.standin.Holdings;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What becomes of fused steps where the stand-in driver takes threads in another order, leaves barriers out, or fails.
final class FusedFaults {
    private static final List<String> ORDERS = List.of("forward", "reverse", "random,seed=1", "random,seed=2");
    private static final int CUBLAS_INTERNAL_ERROR = 14;
    private static final int CUDA_OUT_OF_MEMORY = 2;

    private final Precision precision;

    FusedFaults(Precision precision) {
        this.precision = precision;
    }

    /// What two steps leave, with threads in this order.
    double[] state(FusedCase of, String order) {
        Standin.mode(order);
        try (Device device = Place.openCuda(precision);
                FusedPlans plans = new FusedPlans(of, device);
                StepProgram program = plans.program()) {
            program.run(2);
            return plans.state();
        }
    }

    void assertEveryOrderOfThreadsGivesTheSameBits(List<FusedCase> cases) {
        for (FusedCase of : cases) {
            double[] forward = state(of, "forward");
            for (String order : ORDERS) {
                assertArrayEquals(forward, state(of, order), order);
            }
        }
    }

    /// Each barrier is noticed in one of the orders: numbers differ, or threads fail.
    ///
    /// @param files that have barriers of these cases; each must be met
    void assertNoBarrierCanBeLeftOut(List<FusedCase> cases, List<String> files) {
        Standin.barriers();
        List<double[]> right = cases.stream().map(of -> state(of, "forward")).toList();
        List<String> barriers = Standin.barriers();
        for (String file : files) {
            assertTrue(barriers.stream().anyMatch(place -> place.contains(file)), barriers.toString());
        }
        List<String> unnoticed = new ArrayList<>(barriers);
        unnoticed.removeIf(barrier -> isNoticedWithout(barrier, cases, right));
        assertEquals(List.of(), unnoticed);
    }

    private boolean isNoticedWithout(String barrier, List<FusedCase> cases, List<double[]> right) {
        Standin.removeBarrier(barrier);
        try {
            for (String order : ORDERS) {
                for (int i = 0; i < cases.size(); i++) {
                    if (!Arrays.equals(right.get(i), state(cases.get(i), order))) {
                        return true;
                    }
                }
            }
            return false;
        } catch (DeviceFailedException e) {
            return true;
        } finally {
            Standin.removeBarrier("");
        }
    }

    /// Each of these calls fails once, each time that planning and three steps make it.
    void assertEachFailureIsTypedAndLeaksNothing(FusedCase of, List<String> calls) {
        Place.openCuda(precision).close();
        Holdings before = Holdings.now();
        for (String call : calls) {
            int nth = 1;
            while (failsOnce(of, call, nth)) {
                nth++;
            }
            assertTrue(nth > 1, call + " is never called");
        }
        before.assertUnchanged("after all failures");
    }

    /// Whether the n-th call was made.
    private boolean failsOnce(FusedCase of, String call, int nth) {
        try (Device device = Place.openCuda(precision);
                FusedPlans plans = new FusedPlans(of, device)) {
            ((CudaBackend) device).engine().side();
            long allocations = Standin.live("allocations");
            long descriptions = Standin.live("descriptions");
            long made = Standin.calls(call);
            Standin.fail(call, nth, call.startsWith("cublas") ? CUBLAS_INTERNAL_ERROR : CUDA_OUT_OF_MEMORY);
            try (StepProgram program = plans.program()) {
                program.run(3);
                boolean failed = Standin.calls(call) - made >= nth;
                // Without memory to try it in, a planned product is taken untried.
                assertTrue(!failed || call.equals("cuMemAlloc_v2"), call + " " + nth + " failed without a word");
                return failed;
            } catch (DeviceFailedException | DeviceMemoryException e) {
                assertFalse(e.getMessage().isBlank());
                return true;
            } finally {
                Standin.fail(call, 0, 0);
                assertEquals(allocations, Standin.live("allocations"), call + " " + nth);
                assertEquals(descriptions, Standin.live("descriptions"), call + " " + nth);
            }
        }
    }

    void assertAProgramThatOutlivesItsDeviceClosesQuietly(FusedCase of) {
        Holdings before = Holdings.now();
        Device device = Place.openCuda(precision);
        FusedPlans plans = new FusedPlans(of, device);
        StepProgram program = plans.program();
        program.run(2);
        device.close();
        program.close();
        plans.close();
        before.assertUnchanged("after the program");
    }
}
