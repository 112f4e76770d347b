package dev.cresset.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.DeviceCheck.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the trials of whole steps notice, whatever the precision: faults planted in steps of the reference device.
class StepTrialTest {
    /// Biases below a batch norm: their gradient is 0, so they stand still when all is well.
    private static final Set<String> STILL = Set.of("0.bias", "3.bias");

    @ParameterizedTest
    @EnumSource
    void stepsOfTheReferenceDeviceAreRight(StepTrial trial) {
        assertEquals(0, error(trial, Set.of(), Precision.FP64).error());
    }

    @ParameterizedTest
    @EnumSource
    void stepsThatUpdateNothingAreNoticed(StepTrial trial) {
        for (Precision precision : Precision.values()) {
            Result result = error(trial, names(trial), precision);
            assertFalse(result.passes(), precision + ": " + result);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aParameterThatIsNotUpdatedIsNoticed(StepTrial trial) {
        for (String name : names(trial)) {
            boolean stands = trial == StepTrial.FUSED_CLASSES && STILL.contains(name);
            for (Precision precision : Precision.values()) {
                Result result = error(trial, Set.of(name), precision);
                assertEquals(stands, result.passes(), name + " in " + precision + ": " + result);
            }
        }
    }

    @Test
    void onlyADeviceWithMemoryOfItsOwnIsAskedForFasterSteps() {
        assertEquals(List.of(), DeviceCheck.refusals(Device.reference()));
        assertTrue(StepTrial.FUSED_CLASSES
                .refusal(Device.reference())
                .orElseThrow()
                .startsWith("steps, fused classes: not done this way. "));
    }

    private static Set<String> names(StepTrial trial) {
        try (StepTrial.Session session = trial.new Session(Device.reference())) {
            return new TreeSet<>(session.parameters().byName().keySet());
        }
    }

    /// What is said of steps after each of which the parameters called `frozen` are put back.
    private static Result error(StepTrial trial, Set<String> frozen, Precision precision) {
        try (StepTrial.Session session = trial.new Session(Device.reference())) {
            Map<String, double[]> first = new HashMap<>();
            session.parameters()
                    .byName()
                    .forEach((name, parameter) ->
                            first.put(name, parameter.value().toArray()));
            for (int i = 0; i < StepTrial.STEPS; i++) {
                session.compose(1);
                frozen.forEach(
                        name -> session.parameters().byName().get(name).value().write(first.get(name)));
            }
            return trial.judge(session, precision);
        }
    }
}
