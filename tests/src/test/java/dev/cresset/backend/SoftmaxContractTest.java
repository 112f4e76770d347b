package dev.cresset.backend;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class SoftmaxContractTest extends BackendContract {
    SoftmaxContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void softmaxOfEachShapeIsTheExponentialsOverTheirSum() {
        forAllShapes((rows, columns) -> requireSoftmax(randomIn(rows, columns)));
    }

    @Test
    void softmaxOfHugeLogitsDoesNotOverflow() {
        requireSoftmax(in(3, 3, 300, -300, 0, 1e4, 1e4, -1e4, -300, -300.5, -301));
    }

    @Test
    void logSoftmaxOfEachShapeIsTheLogitsMinusTheLogOfTheSum() {
        forAllShapes((rows, columns) -> requireLogSoftmax(randomIn(rows, columns)));
    }

    @Test
    void logSoftmaxOfHugeLogitsDoesNotOverflow() {
        requireLogSoftmax(in(3, 3, 300, -300, 0, 1e4, 1e4, -1e4, -300, -300.5, -301));
    }

    @Test
    void oneClassHasProbabilityOne() {
        Operand z = in(4, 1, 5, -1e4, 0, 300);
        Operand a = out(4, 1);
        ops.softmax(z.tensor(), a.tensor());
        a.requireClose((i, j) -> 1, 0);
        Operand logs = out(4, 1);
        ops.logSoftmax(z.tensor(), logs.tensor());
        logs.requireClose((i, j) -> 0, 0);
    }

    @Test
    void aClassAtMinusInfinityHasProbabilityZeroAndNaNTakesItsRowOnly() {
        double inf = Double.NEGATIVE_INFINITY;
        Operand z = in(3, 2, 0, inf, Double.NaN, 1, 2, 2);
        Operand a = out(3, 2);
        ops.softmax(z.tensor(), a.tensor());
        double[] expected = {1, 0, Double.NaN, Double.NaN, 0.5, 0.5};
        a.requireClose((i, j) -> expected[2 * i + j], Tolerance.FUNCTION);
        Operand logs = out(3, 2);
        ops.logSoftmax(z.tensor(), logs.tensor());
        double[] expectedLogs = {0, inf, Double.NaN, Double.NaN, -Math.log(2), -Math.log(2)};
        logs.requireClose((i, j) -> expectedLogs[2 * i + j], Tolerance.FUNCTION);
    }

    @Test
    void aRowWhoseLargestLogitIsInfiniteIsNaN() {
        for (double[] row :
                new double[][] {{Double.POSITIVE_INFINITY, 1}, {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY}}) {
            Operand a = out(1, 2);
            ops.softmax(in(1, 2, row).tensor(), a.tensor());
            a.requireClose((i, j) -> Double.NaN, 0);
            ops.logSoftmax(in(1, 2, row).tensor(), a.tensor());
            a.requireClose((i, j) -> Double.NaN, 0);
        }
    }

    @Test
    void bothWorkInPlace() {
        double[] logits = numbers(33 * 31);
        Operand separate = out(33, 31);
        Operand inPlace = inOut(33, 31, logits);
        ops.softmax(in(33, 31, logits).tensor(), separate.tensor());
        ops.softmax(inPlace.tensor(), inPlace.tensor());
        inPlace.requireSame(separate.now());
        Operand logs = inOut(33, 31, logits);
        ops.logSoftmax(in(33, 31, logits).tensor(), separate.tensor());
        ops.logSoftmax(logs.tensor(), logs.tensor());
        logs.requireSame(separate.now());
        requireRestUntouched();
    }

    @Test
    void theGradientOfSoftmaxIsItsFormula() {
        forAllShapes((rows, columns) -> {
            Operand a = in(rows, columns, fractions(rows * columns));
            Operand da = randomIn(rows, columns);
            Operand dz = out(rows, columns);
            ops.softmaxGradient(a.tensor(), da.tensor(), dz.tensor());
            double[] dots = rowSums(a, (i, j) -> a.given(i, j) * da.given(i, j));
            double[] sizes = rowSums(a, (i, j) -> Math.abs(a.given(i, j) * da.given(i, j)));
            dz.requireClose(
                    (i, j) -> a.given(i, j) * (da.given(i, j) - dots[i]),
                    (i, j) -> a.given(i, j) * (Math.abs(da.given(i, j)) + sizes[i]),
                    Tolerance.sum(columns));
        });
    }

    @Test
    void theGradientOfLogSoftmaxIsItsFormula() {
        forAllShapes((rows, columns) -> {
            Operand a = randomIn(rows, columns);
            Operand da = randomIn(rows, columns);
            Operand dz = out(rows, columns);
            ops.logSoftmaxGradient(a.tensor(), da.tensor(), dz.tensor());
            double[] sums = rowSums(a, da::given);
            double[] sizes = rowSums(a, (i, j) -> Math.abs(da.given(i, j)));
            dz.requireClose(
                    (i, j) -> da.given(i, j) - StrictMath.exp(a.given(i, j)) * sums[i],
                    (i, j) -> Math.abs(da.given(i, j)) + StrictMath.exp(a.given(i, j)) * sizes[i],
                    Tolerance.sum(columns));
        });
    }

    @Test
    void theGradientsWorkInPlace() {
        double[] above = numbers(31 * 33);
        Operand a = in(31, 33, fractions(31 * 33));
        Operand separate = out(31, 33);
        Operand inPlace = inOut(31, 33, above);
        ops.softmaxGradient(a.tensor(), in(31, 33, above).tensor(), separate.tensor());
        ops.softmaxGradient(a.tensor(), inPlace.tensor(), inPlace.tensor());
        inPlace.requireSame(separate.now());
        Operand logs = inOut(31, 33, above);
        ops.logSoftmaxGradient(a.tensor(), in(31, 33, above).tensor(), separate.tensor());
        ops.logSoftmaxGradient(a.tensor(), logs.tensor(), logs.tensor());
        logs.requireSame(separate.now());
        requireRestUntouched();
    }

    private void requireSoftmax(Operand z) {
        Operand a = out(z.tensor().rows(), z.tensor().columns());
        ops.softmax(z.tensor(), a.tensor());
        double[] largest = largest(z);
        double[] sums = rowSums(z, (i, j) -> StrictMath.exp(z.given(i, j) - largest[i]));
        a.requireClose(
                (i, j) -> StrictMath.exp(z.given(i, j) - largest[i]) / sums[i],
                // An exponential errs by as many roundoffs as its argument is large.
                (i, j) -> StrictMath.exp(z.given(i, j) - largest[i]) / sums[i] * (1 + largest[i] - z.given(i, j)),
                Tolerance.FUNCTION + Tolerance.sum(z.tensor().columns()));
    }

    private void requireLogSoftmax(Operand z) {
        Operand a = out(z.tensor().rows(), z.tensor().columns());
        ops.logSoftmax(z.tensor(), a.tensor());
        double[] largest = largest(z);
        double[] sums = rowSums(z, (i, j) -> StrictMath.exp(z.given(i, j) - largest[i]));
        a.requireClose(
                (i, j) -> z.given(i, j) - largest[i] - StrictMath.log(sums[i]),
                (i, j) -> largest[i] - z.given(i, j) + StrictMath.log(sums[i]) + 1,
                Tolerance.FUNCTION + Tolerance.sum(z.tensor().columns()));
    }

    private static double[] largest(Operand z) {
        double[] largest = new double[z.tensor().rows()];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < largest.length; i++) {
            for (int j = 0; j < z.tensor().columns(); j++) {
                largest[i] = Math.max(largest[i], z.given(i, j));
            }
        }
        return largest;
    }

    private static double[] rowSums(Operand shape, Operand.Formula term) {
        double[] sums = new double[shape.tensor().rows()];
        for (int i = 0; i < sums.length; i++) {
            for (int j = 0; j < shape.tensor().columns(); j++) {
                sums[i] += term.at(i, j);
            }
        }
        return sums;
    }
}
