package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cresset.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class PointwiseLossContractTest extends BackendContract {
    private static final List<PointwiseLoss> ALL = List.of(
            PointwiseLoss.SQUARED,
            PointwiseLoss.ABSOLUTE,
            PointwiseLoss.smoothAbsolute(1),
            PointwiseLoss.smoothAbsolute(0.25),
            PointwiseLoss.BINARY_CROSS_ENTROPY,
            PointwiseLoss.BINARY_CROSS_ENTROPY_LOGITS);

    PointwiseLossContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void eachLossOfEachShapeIsTheScaledSumOfItsTable() {
        for (PointwiseLoss loss : ALL) {
            forAllShapes((rows, columns) -> {
                Operand a = predictions(loss, rows, columns);
                Operand y = in(rows, columns, fractions(rows * columns));
                requireLoss(loss, a, y, 0.125);
            });
        }
    }

    @Test
    void eachGradientOfEachShapeIsTheScaledSlope() {
        for (PointwiseLoss loss : ALL) {
            forAllShapes((rows, columns) -> {
                Operand a = predictions(loss, rows, columns);
                Operand y = in(rows, columns, fractions(rows * columns));
                Operand da = out(rows, columns);
                ops.pointwiseLossGradient(loss, a.tensor(), y.tensor(), da.tensor(), 0.125);
                requireGradient(loss, a, y, da, 0.125);
            });
        }
    }

    @Test
    void lossAndGradientAtOnceHaveTheBitsOfTheTwoVerbs() {
        for (PointwiseLoss loss : ALL) {
            forAllShapes((rows, columns) -> {
                Operand a = predictions(loss, rows, columns);
                Operand y = in(rows, columns, fractions(rows * columns));
                Operand value = out(1, 1);
                Operand da = out(rows, columns);
                Operand valueAtOnce = out(1, 1);
                Operand daAtOnce = out(rows, columns);
                ops.pointwiseLoss(loss, a.tensor(), y.tensor(), value.tensor(), 0.125);
                ops.pointwiseLossGradient(loss, a.tensor(), y.tensor(), da.tensor(), 0.125);
                ops.pointwiseLossAndGradient(
                        loss, a.tensor(), y.tensor(), valueAtOnce.tensor(), daAtOnce.tensor(), 0.125);
                assertArrayEquals(value.tensor().toArray(), valueAtOnce.tensor().toArray());
                assertArrayEquals(da.tensor().toArray(), daAtOnce.tensor().toArray());
            });
        }
    }

    @Test
    void gradientsWorkInPlace() {
        for (PointwiseLoss loss : ALL) {
            // Of few elements and of many, which may take different ways.
            for (int rows : new int[] {2, 31}) {
                Operand y = in(rows, 33, fractions(rows * 33));
                Operand a = inOut(rows, 33, fractions(rows * 33));
                ops.pointwiseLossGradient(loss, a.tensor(), y.tensor(), a.tensor(), 2);
                requireGradient(loss, a, y, a, 2);
                Operand both = inOut(rows, 33, fractions(rows * 33));
                ops.pointwiseLossAndGradient(
                        loss, both.tensor(), y.tensor(), out(1, 1).tensor(), both.tensor(), 2);
                requireGradient(loss, both, y, both, 2);
                requireRestUntouched();
            }
        }
    }

    @Test
    void aLossOverOneOfItsOperandsIsRefused() {
        Tensor one = out(1, 1).tensor();
        Tensor other = out(1, 1).tensor();
        Tensor third = out(1, 1).tensor();
        assertThrows(
                IllegalArgumentException.class,
                () -> ops.pointwiseLossAndGradient(PointwiseLoss.SQUARED, one, other, one, third, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> ops.pointwiseLossAndGradient(PointwiseLoss.SQUARED, one, other, other, third, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> ops.pointwiseLossAndGradient(PointwiseLoss.SQUARED, one, other, third, third, 1));
    }

    @Test
    void saturatedProbabilitiesGiveLargeFiniteNumbers() {
        Operand a = in(1, 4, 0, 1, 0, 1);
        Operand y = in(1, 4, 0, 1, 1, 0);
        Operand loss = out(1, 1);
        ops.pointwiseLoss(PointwiseLoss.BINARY_CROSS_ENTROPY, a.tensor(), y.tensor(), loss.tensor(), 1);
        loss.requireClose((i, j) -> 200, Tolerance.ARITHMETIC);
        Operand da = out(1, 4);
        ops.pointwiseLossGradient(PointwiseLoss.BINARY_CROSS_ENTROPY, a.tensor(), y.tensor(), da.tensor(), 1);
        double[] expected = {0, 0, -1e12, 1e12};
        da.requireClose((i, j) -> expected[j], Tolerance.ARITHMETIC);
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        Operand a = in(1, 6, 300, -300, 1e4, -1e4, 300, -300);
        Operand y = in(1, 6, 1, 0, 0, 1, 0.5, 0.5);
        requireLoss(PointwiseLoss.BINARY_CROSS_ENTROPY_LOGITS, a, y, 1);
        Operand da = out(1, 6);
        ops.pointwiseLossGradient(PointwiseLoss.BINARY_CROSS_ENTROPY_LOGITS, a.tensor(), y.tensor(), da.tensor(), 1);
        double[] expected = {0, 0, 1, -1, 0.5, -0.5};
        da.requireClose((i, j) -> expected[j], (i, j) -> 1, Tolerance.FUNCTION);
    }

    @Test
    void equalNumbersHaveNoGradient() {
        for (PointwiseLoss loss :
                List.of(PointwiseLoss.SQUARED, PointwiseLoss.ABSOLUTE, PointwiseLoss.smoothAbsolute(1))) {
            Operand da = out(1, 1);
            ops.pointwiseLossGradient(
                    loss, in(1, 1, 0.3).tensor(), in(1, 1, 0.3).tensor(), da.tensor(), 1);
            da.requireClose((i, j) -> 0, 0);
        }
    }

    @Test
    void aNaNPredictionMakesTheLossNaN() {
        for (PointwiseLoss loss : ALL) {
            Operand value = out(1, 1);
            ops.pointwiseLoss(
                    loss, in(1, 2, 0.5, Double.NaN).tensor(), in(1, 2, 0.5, 0.5).tensor(), value.tensor(), 1);
            value.requireClose((i, j) -> Double.NaN, 0);
        }
    }

    private Operand predictions(PointwiseLoss loss, int rows, int columns) {
        return loss.kind() == PointwiseLoss.Kind.BINARY_CROSS_ENTROPY
                ? in(rows, columns, fractions(rows * columns))
                : randomIn(rows, columns);
    }

    private void requireLoss(PointwiseLoss loss, Operand a, Operand y, double scale) {
        Operand value = out(1, 1);
        ops.pointwiseLoss(loss, a.tensor(), y.tensor(), value.tensor(), scale);
        double[] predicted = a.given();
        double[] wanted = y.given();
        double sum = 0;
        for (int i = 0; i < predicted.length; i++) {
            sum += term(loss, predicted[i], wanted[i]);
        }
        double expected = scale * sum;
        // All terms are positive.
        value.requireClose((i, j) -> expected, Tolerance.FUNCTION + Tolerance.sum(predicted.length));
    }

    private static void requireGradient(PointwiseLoss loss, Operand a, Operand y, Operand da, double scale) {
        da.requireClose(
                (i, j) -> scale * slope(loss, a.given(i, j), y.given(i, j)),
                // σ(a) − y cancels.
                (i, j) -> loss.kind() == PointwiseLoss.Kind.BINARY_CROSS_ENTROPY_LOGITS ? scale : 0,
                Tolerance.FUNCTION);
    }

    private static double term(PointwiseLoss loss, double a, double y) {
        double d = Math.abs(a - y);
        return switch (loss.kind()) {
            case SQUARED -> d * d;
            case ABSOLUTE -> d;
            case SMOOTH_ABSOLUTE -> d < loss.beta() ? d * d / 2 / loss.beta() : d - loss.beta() / 2;
            case BINARY_CROSS_ENTROPY -> -y * StrictMath.log(a) - (1 - y) * StrictMath.log1p(-a);
            case BINARY_CROSS_ENTROPY_LOGITS -> -y * -softplus(-a) - (1 - y) * -softplus(a);
        };
    }

    private static double slope(PointwiseLoss loss, double a, double y) {
        double d = a - y;
        return switch (loss.kind()) {
            case SQUARED -> 2 * d;
            case ABSOLUTE -> d > 0 ? 1 : d < 0 ? -1 : 0;
            case SMOOTH_ABSOLUTE -> Math.max(-1, Math.min(1, d / loss.beta()));
            case BINARY_CROSS_ENTROPY -> d / a / (1 - a);
            case BINARY_CROSS_ENTROPY_LOGITS -> PlainFunctions.sigmoid(a) - y;
        };
    }

    private static double softplus(double z) {
        return PlainFunctions.value(Activation.SOFTPLUS, z);
    }
}
