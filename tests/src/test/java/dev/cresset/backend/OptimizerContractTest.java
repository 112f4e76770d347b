package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.tensor.Counter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class OptimizerContractTest extends BackendContract {
    private static final double LR = 0.125;
    private static final double MOMENTUM = 0.75;
    private static final double DAMPENING = 0.25;
    private static final double DECAY = 0.0625;

    OptimizerContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void aPlainStepGoesDownTheGradientAndDecays() {
        forSomeShapes((rows, columns) -> {
            Operand g = randomIn(rows, columns);
            Operand w = inOut(rows, columns, numbers(rows * columns));
            ops.sgd(g.tensor(), w.tensor(), hyper().tensor());
            w.requireClose(
                    (i, j) -> w.given(i, j) - LR * (g.given(i, j) + DECAY * w.given(i, j)),
                    (i, j) -> Math.abs(w.given(i, j)) + Math.abs(g.given(i, j)),
                    Tolerance.ARITHMETIC);
        });
    }

    @Test
    void theFirstStepWithMomentumTakesTheGradientAsVelocityWhateverWasThere() {
        for (MomentumForm form : MomentumForm.values()) {
            forSomeShapes((rows, columns) -> {
                Operand g = randomIn(rows, columns);
                Operand v = out(rows, columns);
                Operand w = inOut(rows, columns, numbers(rows * columns));
                ops.sgdMomentum(form, g.tensor(), v.tensor(), w.tensor(), hyper().tensor(), device.counter());
                Operand.Formula velocity = (i, j) -> g.given(i, j) + DECAY * w.given(i, j);
                requireStep(form, g, velocity, v, w);
            });
        }
    }

    @Test
    void laterStepsWithMomentumBlendTheVelocity() {
        Counter step = device.counter();
        step.set(7);
        for (MomentumForm form : MomentumForm.values()) {
            forSomeShapes((rows, columns) -> {
                Operand g = randomIn(rows, columns);
                Operand v = inOut(rows, columns, numbers(rows * columns));
                Operand w = inOut(rows, columns, numbers(rows * columns));
                ops.sgdMomentum(form, g.tensor(), v.tensor(), w.tensor(), hyper().tensor(), step);
                Operand.Formula velocity =
                        (i, j) -> MOMENTUM * v.given(i, j) + (1 - DAMPENING) * (g.given(i, j) + DECAY * w.given(i, j));
                requireStep(form, g, velocity, v, w);
            });
        }
        assertStep(7, step);
    }

    @Test
    void hyperparametersAreReadFromTheDeviceAtEachStep() {
        Operand w = inOut(1, 1, 1);
        Operand hyper = inOut(1, 4, 0.5, 0, 0, 0);
        Operand g = in(1, 1, 1);
        ops.sgd(g.tensor(), w.tensor(), hyper.tensor());
        hyper.tensor().write(0.25, 0, 0, 0);
        ops.sgd(g.tensor(), w.tensor(), hyper.tensor());
        w.requireSame(new double[] {0.25});
    }

    @Test
    void aNaNGradientMakesItsWeightNaNOnly() {
        double[] gradient = new double[100];
        gradient[50] = Double.NaN;
        double[] weights = new double[100];
        Arrays.fill(weights, 1);
        Operand w = inOut(1, 100, weights);
        ops.sgd(in(1, 100, gradient).tensor(), w.tensor(), in(1, 4, 1, 0, 0, 0).tensor());
        w.requireClose((i, j) -> j == 50 ? Double.NaN : 1, 0);
    }

    private Operand hyper() {
        return in(1, 4, LR, MOMENTUM, DAMPENING, DECAY);
    }

    private static void requireStep(MomentumForm form, Operand g, Operand.Formula velocity, Operand v, Operand w) {
        Operand.Formula size =
                (i, j) -> Math.abs(w.given(i, j)) + Math.abs(g.given(i, j)) + Math.abs(velocity.at(i, j));
        v.requireClose(velocity, (i, j) -> 4 * size.at(i, j), Tolerance.ARITHMETIC);
        w.requireClose(
                (i, j) -> {
                    double gradient = g.given(i, j) + DECAY * w.given(i, j);
                    double along =
                            form == MomentumForm.NESTEROV ? gradient + MOMENTUM * velocity.at(i, j) : velocity.at(i, j);
                    return w.given(i, j) - LR * along;
                },
                size,
                Tolerance.ARITHMETIC);
    }

    private static void assertStep(long expected, Counter step) {
        assertEquals(expected, step.value(), "the verb does not advance the counter");
    }
}
