package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Philox;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class DropoutContractTest extends BackendContract {
    private static final long SEED = -123456789012345L;

    DropoutContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void eachElementFallsByItsOwnWordOfTheGenerator() {
        for (double probability : new double[] {0, 0.2, 0.5, 0.999}) {
            for (long draw : new long[] {0, 1, 1L << 40}) {
                forSomeShapes((rows, columns) -> check(rows, columns, probability, draw));
            }
        }
    }

    @Test
    void probabilityZeroKeepsEverythingBitForBit() {
        Operand x = randomIn(33, 31);
        Operand y = out(33, 31);
        ops.dropout(x.tensor(), y.tensor(), device.counter(), 0, 5);
        y.requireSame(x.given());
    }

    @Test
    void aboutTheProbabilityFallsAndAnotherDrawIsAnotherMask() {
        int count = 100_000;
        Counter draw = device.counter();
        Operand ones = in(100, count / 100, filled(count));
        Operand first = out(100, count / 100);
        Operand second = out(100, count / 100);
        ops.dropout(ones.tensor(), first.tensor(), draw, 0.3, 1);
        ops.advance(draw);
        ops.dropout(ones.tensor(), second.tensor(), draw, 0.3, 1);
        long fallen = Arrays.stream(first.now()).filter(v -> v == 0).count();
        // Five standard deviations of the binomial distribution.
        assertEquals(0.3 * count, fallen, 5 * Math.sqrt(count * 0.3 * 0.7));
        assertTrue(!Arrays.equals(first.now(), second.now()), "two draws gave the same mask");
    }

    @Test
    void nanFallsToo() {
        double[] values = new double[1000];
        Arrays.fill(values, Double.NaN);
        Operand y = out(1, 1000);
        ops.dropout(in(1, 1000, values).tensor(), y.tensor(), device.counter(), 0.5, 3);
        y.requireClose((i, j) -> falls(j, 0, 0.5, 3) ? 0 : Double.NaN, 0);
    }

    @Test
    void itWorksInPlace() {
        double[] values = numbers(31 * 33);
        Operand y = out(31, 33);
        Operand inPlace = inOut(31, 33, values);
        ops.dropout(in(31, 33, values).tensor(), y.tensor(), device.counter(), 0.5, 3);
        ops.dropout(inPlace.tensor(), inPlace.tensor(), device.counter(), 0.5, 3);
        inPlace.requireSame(y.now());
        requireRestUntouched();
    }

    @Test
    void aProbabilityOutsideIsRefused() {
        Operand y = inOut(1, 1, 4);
        for (double probability : new double[] {1, -0.1, Double.NaN}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ops.dropout(y.tensor(), y.tensor(), device.counter(), probability, 3));
        }
        y.requireSame(new double[] {4});
    }

    private void check(int rows, int columns, double probability, long draw) {
        Counter counter = device.counter();
        counter.set(draw);
        Operand x = randomIn(rows, columns);
        Operand y = out(rows, columns);
        ops.dropout(x.tensor(), y.tensor(), counter, probability, SEED);
        y.requireClose(
                (i, j) ->
                        falls((long) i * columns + j, draw, probability, SEED) ? 0 : x.given(i, j) / (1 - probability),
                Tolerance.ARITHMETIC);
    }

    private static boolean falls(long element, long draw, double probability, long seed) {
        int[] words = new int[4];
        Philox.block(seed, draw, element / 4, words);
        return Integer.toUnsignedLong(words[(int) (element % 4)]) < (long) (probability * 4294967296.0);
    }

    private static double[] filled(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }
}
