package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertAll;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class GemmContractTest extends BackendContract {
    private static final int[] SIDES = {1, 3, 31, 33, 100};
    private static final int[] INNERS = {0, 1, 3, 33, 257};

    GemmContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void productsOfAllSizesAndTransposesAreTheSumsOfProducts() {
        for (int m : SIDES) {
            for (int n : SIDES) {
                for (int k : INNERS) {
                    for (Transpose a : Transpose.values()) {
                        for (Transpose b : Transpose.values()) {
                            check(m, n, k, a, b, 0);
                        }
                    }
                }
            }
        }
    }

    @Test
    void productsThatAreCutIntoTilesAreRight() {
        check(257, 1000, 33, Transpose.NO, Transpose.NO, 0);
        check(1000, 257, 31, Transpose.YES, Transpose.NO, 1);
        check(257, 259, 261, Transpose.NO, Transpose.YES, 0);
        check(1000, 3, 1000, Transpose.YES, Transpose.YES, -0.5);
        check(1, 1000, 1000, Transpose.NO, Transpose.YES, 0);
        check(1000, 257, 131, Transpose.YES, Transpose.NO, 1);
        check(1000, 300, 100, Transpose.YES, Transpose.YES, -0.5);
        // Of many numbers and few terms, which the CPU cuts finest.
        check(1500, 1501, 17, Transpose.NO, Transpose.NO, 0.5);
    }

    @Test
    void emptyProductsWriteNothingOrBetaTimesC() {
        for (Transpose a : Transpose.values()) {
            for (Transpose b : Transpose.values()) {
                check(0, 3, 4, a, b, 0);
                check(3, 0, 4, a, b, 0);
                check(0, 0, 0, a, b, 1);
                check(300, 200, 0, a, b, 0);
                check(300, 200, 0, a, b, 2);
            }
        }
    }

    @Test
    void betaKeepsThatMuchOfC() {
        for (double beta : new double[] {1, -1, 0.3, 1e-3}) {
            check(2, 2, 2, Transpose.NO, Transpose.NO, beta);
            check(33, 31, 100, Transpose.NO, Transpose.YES, beta);
        }
    }

    @Test
    void aNaNOrInfinityInAFactorReachesItsRowOrColumnEvenAgainstZeros() {
        for (int size : new int[] {1, 3, 20, 70}) {
            for (double special : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
                double[] a = new double[size * size];
                double[] b = numbers(size * size);
                Arrays.fill(b, 0, size, 0);
                a[0] = special;
                Operand c = out(size, size);
                Operand left = in(size, size, a);
                Operand right = in(size, size, b);
                ops.gemm(left.tensor(), Transpose.NO, right.tensor(), Transpose.NO, c.tensor(), 0);
                c.requireClose((i, j) -> i == 0 ? Double.NaN : 0, 0);
                requireRestUntouched();
            }
        }
    }

    @Test
    void twoCallsAreBitEqual() {
        Operand a = randomIn(257, 300);
        Operand b = randomIn(123, 300);
        Operand first = out(257, 123);
        Operand second = out(257, 123);
        ops.gemm(a.tensor(), Transpose.NO, b.tensor(), Transpose.YES, first.tensor(), 0);
        ops.gemm(a.tensor(), Transpose.NO, b.tensor(), Transpose.YES, second.tensor(), 0);
        second.requireSame(first.now());
    }

    @Test
    void aLinearLayerIsAProductAndARowBitByBit() {
        for (int[] shape : new int[][] {{0, 3, 4}, {1, 1, 1}, {3, 2, 4}, {33, 31, 100}, {257, 130, 300}, {5, 4, 0}}) {
            Operand a = randomIn(shape[0], shape[2]);
            Operand weight = randomIn(shape[1], shape[2]);
            Operand bias = randomIn(1, shape[1]);
            Operand composed = out(shape[0], shape[1]);
            Operand fused = out(shape[0], shape[1]);
            ops.gemm(a.tensor(), Transpose.NO, weight.tensor(), Transpose.YES, composed.tensor(), 0);
            ops.addRow(composed.tensor(), bias.tensor(), composed.tensor());
            ops.linear(a.tensor(), weight.tensor(), bias.tensor(), fused.tensor());
            fused.requireSame(composed.now());
            requireRestUntouched();
        }
    }

    private void check(int m, int n, int k, Transpose transposeA, Transpose transposeB, double beta) {
        boolean plainA = transposeA == Transpose.NO;
        boolean plainB = transposeB == Transpose.NO;
        Operand a = randomIn(plainA ? m : k, plainA ? k : m);
        Operand b = randomIn(plainB ? k : n, plainB ? n : k);
        // With beta 0, c holds NaN: it must not be read.
        Operand c = beta == 0 ? out(m, n) : inOut(m, n, numbers(m * n));
        ops.gemm(a.tensor(), transposeA, b.tensor(), transposeB, c.tensor(), beta);
        double[] left = a.given();
        double[] right = b.given();
        double[] old = c.given();
        IntToDoubleFunction kept = at -> beta == 0 ? 0 : beta * old[at];
        Operand.Formula product = (i, j) -> {
            double sum = kept.applyAsDouble(i * n + j);
            for (int l = 0; l < k; l++) {
                sum += left[plainA ? i * k + l : l * m + i] * right[plainB ? l * n + j : j * k + l];
            }
            return sum;
        };
        Operand.Formula size = (i, j) -> {
            double sum = Math.abs(kept.applyAsDouble(i * n + j));
            for (int l = 0; l < k; l++) {
                sum += Math.abs(left[plainA ? i * k + l : l * m + i] * right[plainB ? l * n + j : j * k + l]);
            }
            return sum;
        };
        assertAll(
                m + "×" + k + " by " + k + "×" + n + ", " + transposeA + ", " + transposeB + ", beta " + beta,
                () -> c.requireClose(product, size, Tolerance.sum(k)),
                this::requireRestUntouched);
    }
}
