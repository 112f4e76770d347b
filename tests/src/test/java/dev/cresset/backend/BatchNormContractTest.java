package dev.cresset.backend;

import org.junit.jupiter.api.Test;

@ForEveryBackend
class BatchNormContractTest extends BackendContract {
    private static final double EPSILON = 1e-5;

    BatchNormContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void forwardNormalisesScalesAndShifts() {
        forAllShapes((rows, columns) -> checkForward(rows, columns));
    }

    @Test
    void aColumnWithoutVarianceIsDividedByTheRootOfEpsilon() {
        Operand x = in(2, 1, 5, 5.5);
        Operand xhat = out(2, 1);
        Operand y = out(2, 1);
        ops.batchNorm(
                x.tensor(),
                in(1, 1, 5).tensor(),
                in(1, 1, 0).tensor(),
                in(1, 1, 2).tensor(),
                in(1, 1, 1).tensor(),
                xhat.tensor(),
                y.tensor(),
                0.25);
        xhat.requireClose((i, j) -> i, Tolerance.ARITHMETIC);
        y.requireClose((i, j) -> 2 * i + 1, Tolerance.ARITHMETIC);
    }

    @Test
    void theInputMayBeOverwrittenByTheNormalisedOne() {
        double[] values = numbers(31 * 33);
        Operand mean = randomIn(1, 33);
        Operand variance = in(1, 33, fractions(33));
        Operand gamma = randomIn(1, 33);
        Operand beta = randomIn(1, 33);
        Operand xhat = out(31, 33);
        Operand y = out(31, 33);
        Operand both = inOut(31, 33, values);
        Operand second = out(31, 33);
        Operand x = in(31, 33, values);
        ops.batchNorm(
                x.tensor(),
                mean.tensor(),
                variance.tensor(),
                gamma.tensor(),
                beta.tensor(),
                xhat.tensor(),
                y.tensor(),
                EPSILON);
        ops.batchNorm(
                both.tensor(),
                mean.tensor(),
                variance.tensor(),
                gamma.tensor(),
                beta.tensor(),
                both.tensor(),
                second.tensor(),
                EPSILON);
        both.requireSame(xhat.now());
        second.requireSame(y.now());
        requireRestUntouched();
    }

    @Test
    void backwardWithRunningStatisticsScalesTheGradient() {
        forAllShapes((rows, columns) -> checkBackward(Statistics.RUNNING, rows, columns));
    }

    @Test
    void backwardWithBatchStatisticsTakesOffTheMeansToo() {
        forAllShapes((rows, columns) -> checkBackward(Statistics.BATCH, rows, columns));
        checkBackward(Statistics.BATCH, 5000, 7);
        checkBackward(Statistics.BATCH, 70, 3000);
    }

    @Test
    void backwardMayOverwriteTheGradientAbove() {
        double[] above = numbers(33 * 31);
        Operand xhat = randomIn(33, 31);
        Operand variance = in(1, 31, fractions(31));
        Operand gamma = randomIn(1, 31);
        Operand separate = out(33, 31);
        Operand inPlace = inOut(33, 31, above);
        Operand dgamma = out(1, 31);
        Operand dbeta = out(1, 31);
        Operand dy = in(33, 31, above);
        for (Operand[] pair : new Operand[][] {{dy, separate}, {inPlace, inPlace}}) {
            ops.batchNormGradient(
                    Statistics.BATCH,
                    xhat.tensor(),
                    variance.tensor(),
                    gamma.tensor(),
                    pair[0].tensor(),
                    pair[1].tensor(),
                    dgamma.tensor(),
                    dbeta.tensor(),
                    EPSILON);
        }
        inPlace.requireSame(separate.now());
        requireRestUntouched();
    }

    private void checkForward(int rows, int columns) {
        Operand x = randomIn(rows, columns);
        Operand mean = randomIn(1, columns);
        Operand variance = in(1, columns, fractions(columns));
        Operand gamma = randomIn(1, columns);
        Operand beta = randomIn(1, columns);
        Operand xhat = out(rows, columns);
        Operand y = out(rows, columns);
        ops.batchNorm(
                x.tensor(),
                mean.tensor(),
                variance.tensor(),
                gamma.tensor(),
                beta.tensor(),
                xhat.tensor(),
                y.tensor(),
                EPSILON);
        Operand.Formula normal =
                (i, j) -> (x.given(i, j) - mean.given(0, j)) / Math.sqrt(variance.given(0, j) + EPSILON);
        xhat.requireClose(normal, Tolerance.ARITHMETIC);
        y.requireClose(
                (i, j) -> gamma.given(0, j) * normal.at(i, j) + beta.given(0, j),
                (i, j) -> Math.abs(gamma.given(0, j) * normal.at(i, j)) + Math.abs(beta.given(0, j)),
                Tolerance.ARITHMETIC);
    }

    private void checkBackward(Statistics statistics, int rows, int columns) {
        Operand xhat = randomIn(rows, columns);
        Operand variance = in(1, columns, fractions(columns));
        Operand gamma = randomIn(1, columns);
        Operand dy = randomIn(rows, columns);
        Operand dx = out(rows, columns);
        Operand dgamma = out(1, columns);
        Operand dbeta = out(1, columns);
        ops.batchNormGradient(
                statistics,
                xhat.tensor(),
                variance.tensor(),
                gamma.tensor(),
                dy.tensor(),
                dx.tensor(),
                dgamma.tensor(),
                dbeta.tensor(),
                EPSILON);
        double[] products = columnSums(rows, columns, (i, j) -> dy.given(i, j) * xhat.given(i, j));
        double[] sums = columnSums(rows, columns, dy::given);
        double[] productSizes = columnSums(rows, columns, (i, j) -> Math.abs(dy.given(i, j) * xhat.given(i, j)));
        double[] sizes = columnSums(rows, columns, (i, j) -> Math.abs(dy.given(i, j)));
        dgamma.requireClose((zero, j) -> products[j], (zero, j) -> productSizes[j], Tolerance.sum(rows));
        dbeta.requireClose((zero, j) -> sums[j], (zero, j) -> sizes[j], Tolerance.sum(rows));
        Operand.Formula scale = (i, j) -> gamma.given(0, j) / Math.sqrt(variance.given(0, j) + EPSILON);
        if (statistics == Statistics.RUNNING) {
            dx.requireClose((i, j) -> scale.at(i, j) * dy.given(i, j), Tolerance.ARITHMETIC);
            return;
        }
        dx.requireClose(
                (i, j) -> scale.at(i, j) * (dy.given(i, j) - sums[j] / rows - xhat.given(i, j) * products[j] / rows),
                (i, j) -> Math.abs(scale.at(i, j))
                        * (Math.abs(dy.given(i, j))
                                + sizes[j] / rows
                                + Math.abs(xhat.given(i, j)) * productSizes[j] / rows),
                Tolerance.sum(rows));
    }

    private static double[] columnSums(int rows, int columns, Operand.Formula term) {
        double[] sums = new double[columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                sums[j] += term.at(i, j);
            }
        }
        return sums;
    }
}
