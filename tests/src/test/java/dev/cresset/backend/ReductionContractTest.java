package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cresset.tensor.ShapeException;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class ReductionContractTest extends BackendContract {
    /// Rows and columns at which sums are cut into several pieces both ways.
    private static final int[][] LARGE = {{40000, 1}, {5000, 7}, {200, 700}, {70, 3000}};

    ReductionContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void columnSumsAddUpEachColumnAndAreZeroWithoutRows() {
        forAllShapes(this::checkSums);
        for (int[] shape : LARGE) {
            checkSums(shape[0], shape[1]);
        }
    }

    @Test
    void columnMomentsAreMeanAndBiasedVariance() {
        forAllShapes((rows, columns) -> {
            if (rows > 0) {
                checkMoments(randomIn(rows, columns));
            }
        });
        for (int[] shape : LARGE) {
            checkMoments(randomIn(shape[0], shape[1]));
        }
    }

    @Test
    void theVarianceOfNumbersFarFromZeroDoesNotCancel() {
        double[] values = numbers(1000);
        for (int i = 0; i < values.length; i++) {
            values[i] += 1e4;
        }
        checkMoments(in(500, 2, values));
    }

    @Test
    void theVarianceOfOneRowAndOfEqualRowsIsZero() {
        Operand mean = out(1, 3);
        Operand variance = out(1, 3);
        ops.columnMoments(in(1, 3, 5, -7, 0).tensor(), mean.tensor(), variance.tensor());
        mean.requireSame(new double[] {5, -7, 0});
        variance.requireSame(new double[] {0, 0, 0});
        ops.columnMoments(in(2, 3, 5, -7, 0, 5, -7, 0).tensor(), mean.tensor(), variance.tensor());
        variance.requireSame(new double[] {0, 0, 0});
    }

    @Test
    void nanAndInfinityStayInTheirColumns() {
        Operand x = in(2, 3, Double.NaN, 1, Double.POSITIVE_INFINITY, 1, 2, 3);
        Operand sums = out(1, 3);
        ops.columnSums(x.tensor(), sums.tensor());
        sums.requireSame(new double[] {Double.NaN, 3, Double.POSITIVE_INFINITY});
    }

    @Test
    void theMeanOfNoRowsIsRefused() {
        Operand mean = inOut(1, 3, 1, 2, 3);
        Operand variance = inOut(1, 3, 1, 2, 3);
        assertThrows(
                ShapeException.class, () -> ops.columnMoments(in(0, 3).tensor(), mean.tensor(), variance.tensor()));
        mean.requireSame(new double[] {1, 2, 3});
    }

    private void checkSums(int rows, int columns) {
        Operand x = randomIn(rows, columns);
        Operand sums = out(1, columns);
        ops.columnSums(x.tensor(), sums.tensor());
        sums.requireClose((zero, j) -> sum(x, j, v -> v), (zero, j) -> sum(x, j, Math::abs), Tolerance.sum(rows));
    }

    private void checkMoments(Operand x) {
        int rows = x.tensor().rows();
        Operand mean = out(1, x.tensor().columns());
        Operand variance = out(1, x.tensor().columns());
        ops.columnMoments(x.tensor(), mean.tensor(), variance.tensor());
        mean.requireClose(
                (zero, j) -> sum(x, j, v -> v) / rows, (zero, j) -> sum(x, j, Math::abs) / rows, Tolerance.sum(rows));
        // The mean errs by up to N roundoffs of the mean size, and enters the variance only squared.
        variance.requireClose(
                (zero, j) -> {
                    double m = sum(x, j, v -> v) / rows;
                    return sum(x, j, v -> (v - m) * (v - m)) / rows;
                },
                (zero, j) -> {
                    double size = sum(x, j, Math::abs) / rows;
                    return size * size * rows * roundoff();
                },
                Tolerance.sum(rows));
        requireRestUntouched();
    }

    private interface Term {
        double of(double value);
    }

    private static double sum(Operand x, int column, Term term) {
        double sum = 0;
        for (int i = 0; i < x.tensor().rows(); i++) {
            sum += term.of(x.given(i, column));
        }
        return sum;
    }
}
