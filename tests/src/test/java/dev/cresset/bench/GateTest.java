package dev.cresset.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// When a device's first steps are good enough, and what is said when they are not.
class GateTest {
    private static final Trajectory TRUTH =
            new Trajectory(List.of(2.0, 1.0), Map.of("weight", 3.0, "bias", 4.0, "idle", 1e-17), 1);

    @ParameterizedTest
    @EveryPlace
    void everyDevicePassesInSmall(Place place) {
        Reference.Cache references = new Reference.Cache();
        for (Workload workload : Workloads.small()) {
            Reference reference = references.of(workload, place.device());
            try (Trainee trainee = new Trainee(workload, place.device(), 10)) {
                Gate gate = Gate.of(trainee, reference, workload.together());
                assertTrue(gate.passes(), workload.key() + ": " + gate);
                assertEquals("", gate.complaint());
            }
        }
    }

    /// But one whose gradient is zero but for rounding: that stands still when all is well.
    @ParameterizedTest
    @EveryPlace
    void aTimedWayThatLeavesOneParameterAsItIsIsNoticedWhateverThePrecisionAllows(Place place) {
        Tolerance loosest = Tolerance.of(Precision.BF16, 1);
        Reference.Cache references = new Reference.Cache();
        for (Workload workload : Workloads.small()) {
            Trajectory truth = references.of(workload, place.device()).truth();
            double largest = truth.gradients().values().stream().reduce(0.0, Math::max);
            for (String name : truth.gradients().keySet()) {
                Steps.Way way = (model, loss, of, batches, together) ->
                        new ForgetfulSteps(model, Steps.of(model, loss, of, batches, together), name);
                try (Trainee trainee = new Trainee(workload, place.device(), 2, way)) {
                    Trajectory.Worst worst = Trajectory.of(trainee, 2).worstGradient(truth);
                    boolean stands = truth.gradients().get(name) < 1e-9 * largest;
                    assertEquals(!stands, worst.error() > loosest.gradient(), workload.key() + ": " + name);
                    if (!stands) {
                        assertEquals(new Trajectory.Worst(name, 1), worst);
                    }
                }
            }
        }
    }

    @Test
    void errorsAreRelativeToFloat64AndTheWorstIsNamed() {
        Trajectory run = new Trajectory(List.of(2.0, 1.01), Map.of("weight", 3.0, "bias", 4.4, "idle", 1e-8), 1);
        assertEquals(0.01, run.lossError(TRUTH.losses()), 1e-12);
        assertEquals("bias", run.worstGradient(TRUTH).parameter());
        assertEquals(0.1, run.worstGradient(TRUTH).error(), 1e-12);
    }

    @Test
    void aGradientThatIsZeroButForRoundingIsComparedWithAllTogether() {
        Trajectory run = new Trajectory(List.of(2.0, 1.0), Map.of("weight", 3.0, "bias", 4.0, "idle", 0.05), 1);
        assertEquals(new Trajectory.Worst("idle", 0.05 / 5).toString(), round(run.worstGradient(TRUTH)));
    }

    @Test
    void whatIsNoNumberFails() {
        Trajectory run =
                new Trajectory(List.of(2.0, Double.NaN), Map.of("weight", Double.NaN, "bias", 4.0, "idle", 0.0), 1);
        Gate gate = gate(run.lossError(TRUTH.losses()), run.worstGradient(TRUTH), true);
        assertFalse(gate.passes());
        assertTrue(gate.complaint().contains("loss off by NaN"), gate.complaint());
        assertTrue(gate.complaint().contains("gradient of weight off by NaN"), gate.complaint());
    }

    @Test
    void eachFailsAloneAndIsSaid() {
        Trajectory.Worst small = new Trajectory.Worst("0.weight", 1e-7);
        assertTrue(gate(1e-7, small, true).passes());
        assertEquals(
                "loss off by 1.1e-05, allowed 1.0e-05",
                gate(1.1e-5, small, true).complaint());
        assertEquals(
                "gradient of 0.bias off by 2.0e-05, allowed 1.0e-05",
                gate(1e-7, new Trajectory.Worst("0.bias", 2e-5), true).complaint());
        assertEquals("two runs differ", gate(1e-7, small, false).complaint());
        assertFalse(gate(1e-7, small, false).passes());
        assertEquals(
                "a lot of steps ends 2.0e-05 beside the same one by one",
                gate(1e-7, small, true, 2e-5).complaint());
        assertFalse(gate(1e-7, small, true, 2e-5).passes());
    }

    @ParameterizedTest
    @EnumSource
    void everyPrecisionHasATolerance(Precision precision) {
        Tolerance tolerance = Tolerance.of(precision, 1000);
        assertTrue(tolerance.loss() > precision.roundoff() && tolerance.loss() <= 2e-2);
        assertTrue(tolerance.gradient() > precision.roundoff() && tolerance.gradient() <= 1e-2);
    }

    /// The CPU in float64 is not compared with itself, and what would take minutes is compared in small.
    @Test
    void theReferenceIsAnotherDevice() {
        Reference.Cache references = new Reference.Cache();
        Workload toy = Workloads.full().getFirst();
        try (Device device = Device.cpu(Precision.FP64)) {
            assertTrue(references.of(toy, device).where().startsWith("reference/fp64"));
        }
        try (Device device = Device.cpu(Precision.FP32)) {
            assertTrue(references.of(toy, device).where().startsWith("cpu/fp64"));
        }
    }

    @Test
    void thePeersLossesAreComparedAsFarAsBothWent() {
        Workload toy = Workloads.full().getFirst();
        Reference reference = new Reference(toy, TRUTH, "here");
        assertEquals(0, reference.difference(toy, List.of(2.0, 1.0, 7.0)));
        assertEquals(0.5, reference.difference(toy, List.of(4.0)));
        assertTrue(Double.isNaN(reference.difference(toy, List.of())));
        assertTrue(Double.isNaN(reference.difference(toy.withBatch(64), List.of(2.0))));
    }

    private static Gate gate(double loss, Trajectory.Worst gradient, boolean repeats) {
        return gate(loss, gradient, repeats, 0);
    }

    private static Gate gate(double loss, Trajectory.Worst gradient, boolean repeats, double lot) {
        return new Gate(Tolerance.of(Precision.FP32, 1000), loss, gradient, repeats, lot, "nothing");
    }

    private static String round(Trajectory.Worst worst) {
        return new Trajectory.Worst(worst.parameter(), Math.round(worst.error() * 1e12) * 1e-12).toString();
    }
}
