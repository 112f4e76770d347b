package dev.cresset.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.nn.Sequential;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the workloads are: their sizes, and their first steps.
class WorkloadsTest {
    /// The losses of `toy/32` in ten steps, computed by NumPy in float64 from the formulas of the layers.
    private static final List<Double> TOY_LOSSES = List.of(
            0.11452331444351445,
            0.0906756076240487,
            0.11152629067353315,
            0.12798787290658578,
            0.09044893322232843,
            0.10073981171442958,
            0.08962825101911494,
            0.10246948607377615,
            0.10264170339351726,
            0.09591673864866036);

    private static final Map<String, Double> TOY_GRADIENTS = Map.of(
            "0.weight", 0.002303614905786559,
            "0.bias", 0.005204924085169546,
            "2.weight", 0.03909957871347286,
            "2.bias", 0.03449790309006639);

    @ParameterizedTest
    @CsvSource({
        "toy, 32, 43, 5440",
        "mnist, 128, 537354, 308150272",
        "mnist, 1024, 537354, 2465202176",
        "narrow, 65536, 13520, 4697620480",
        "wide, 4096, 175989736, 4049617289216"
    })
    void theirNumbersOfParametersAndOperationsAreThePlanned(String name, int batch, long parameters, double flops) {
        Workload workload = named(Workloads.full(), name + "/" + batch);
        assertEquals(parameters, workload.parameters());
        assertEquals(flops, workload.flops());
    }

    @Test
    void theModelHasTheParametersThatTheWorkloadCounts() {
        for (Workload workload : Workloads.small()) {
            try (Sequential model = FixedNetwork.model(workload)) {
                assertEquals(workload.parameters(), model.parameters().count(), workload.key());
            }
        }
    }

    @ParameterizedTest
    @EveryPlace
    void theFirstStepsAreThoseOfNumPy(Place place) {
        Trajectory run = Trajectory.of(named(Workloads.full(), "toy"), place.device(), 10);
        double tolerance = 1000 * place.device().precision().roundoff();
        double gradientError =
                run.worstGradient(new Trajectory(TOY_LOSSES, TOY_GRADIENTS, 0)).error();
        assertTrue(run.lossError(TOY_LOSSES) < tolerance, run + "");
        assertTrue(gradientError < tolerance, run + "");
    }

    @ParameterizedTest
    @EveryPlace
    void stepsTogetherAreTheStepsOneByOne(Place place) {
        Workload workload = named(Workloads.small(), "mnist");
        List<Double> losses = new ArrayList<>();
        var batches = FixedNetwork.batches(workload, 6);
        try (Sequential model = FixedNetwork.model(workload).to(place.device());
                var loss = FixedNetwork.loss(workload);
                Steps steps = Steps.of(model, loss, workload, batches, 3)) {
            for (int i = 0; i < 3; i++) {
                steps.run(1);
                losses.add(steps.loss());
            }
        }
        List<Double> single = Trajectory.of(workload, place.device(), 9).losses();
        assertEquals(List.of(single.get(2), single.get(5), single.get(8)), losses);
    }

    @Test
    void namesAreTakenWithAndWithoutTheBatchAndOthersAreRefused() {
        List<Workload> all = Workloads.full();
        assertEquals(2, Workloads.named(all, List.of("mnist")).size());
        assertEquals(
                List.of("toy/32", "mnist/1024"),
                Workloads.named(all, List.of("mnist/1024", "TOY")).stream()
                        .map(Workload::key)
                        .toList());
        Exception refused =
                assertThrows(IllegalArgumentException.class, () -> Workloads.named(all, List.of("mnist/64")));
        assertTrue(refused.getMessage().contains("'mnist/64'"), refused.getMessage());
        assertTrue(refused.getMessage().contains("mnist/128"), refused.getMessage());
    }

    @Test
    void everyWorkloadRunsInFloat32() {
        List.of(Workloads.full(), Workloads.small())
                .forEach(all -> all.forEach(workload -> assertTrue(workload.runsIn(Precision.FP32))));
    }

    @Test
    void goalsAreForTheFullSizesAndNoneIsBelowParity() {
        assertEquals(new Goal(13, 33), Goal.of(named(Workloads.full(), "toy"), Precision.FP32));
        Workloads.small()
                .forEach(workload ->
                        assertFalse(Goal.of(workload, Precision.FP32).isSet()));
        for (Workload workload : Workloads.full()) {
            for (Precision precision : Precision.values()) {
                Goal goal = Goal.of(workload, precision);
                assertTrue(!goal.isSet() || goal.must() >= 1 && goal.goal() >= goal.must(), goal.toString());
            }
        }
    }

    static Workload named(List<Workload> all, String name) {
        return Workloads.named(all, List.of(name)).getFirst();
    }
}
