package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.Parameter;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Tanh;
import dev.cresset.tensor.Precision;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the tolerances of fused steps notice: a parameter that was forgotten, planted in steps of the reference device.
class FusedWayTest {
    private static final int STEPS = 3;
    /// The cases that are held against the verbs in each precision.
    private static final List<FusedCase> CASES = List.of(
            FusedCase.plain("tanh", Tanh::new, MSELoss::new, 0, 33, 20, 17, 5),
            FusedCase.plain("ReLU", ReLU::new, MSELoss::new, 0, 33, 20, 17, 5));

    @ParameterizedTest
    @EnumSource
    void aParameterThatIsNotUpdatedIsNoticed(Precision precision) {
        for (FusedCase of : CASES) {
            for (int forgotten = 0; forgotten < 4; forgotten++) {
                double error = error(of, forgotten, precision);
                assertTrue(error > 2, of + ", parameter " + forgotten + ": " + error);
            }
            assertEquals(0, error(of, -1, precision));
        }
    }

    private static double error(FusedCase of, int forgotten, Precision precision) {
        try (FusedPlans right = new FusedPlans(of, Device.reference());
                FusedPlans wrong = new FusedPlans(of, Device.reference())) {
            List<double[]> first = right.tensors();
            right.compose(STEPS);
            List<Parameter> parameters =
                    List.copyOf(wrong.model().parameters().byName().values());
            for (int step = 0; step < STEPS; step++) {
                wrong.compose(1);
                if (forgotten >= 0) {
                    parameters.get(forgotten).value().write(first.get(forgotten));
                }
            }
            return new FusedWay(first, right.tensors(), STEPS).error(wrong.tensors(), precision);
        }
    }
}
