package dev.cresset.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.tensor.RowOrder.Kind;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The order of rows: every row once, each order as likely as the others, as far as can be told.
class RowOrderTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 31, 33, 63, 64, 65, 257, 1000, 4097, 70000})
    void anEpochHasEveryRowOnce(int rows) {
        RowOrder order = new RowOrder(Kind.SHUFFLED, 9, rows, rows, 1);
        for (int epoch : new int[] {0, 1, 1000}) {
            int[] seen = new int[rows];
            order.fill(epoch, seen);
            Arrays.sort(seen);
            assertArrayEquals(IntStream.range(0, rows).toArray(), seen);
        }
    }

    @Test
    void aRowIsFoundWithoutTheOthers() {
        RowOrder order = new RowOrder(Kind.SHUFFLED, -3, 100, 32, 4);
        int[] epoch = new int[100];
        order.fill(2, epoch);
        assertEquals(epoch[0], order.row(8, 0));
        assertEquals(epoch[31], order.row(8, 31));
        assertEquals(epoch[99], order.row(11, 3));
        assertEquals(epoch[70], order.at(2, 70));
        assertThrows(IndexOutOfBoundsException.class, () -> order.row(11, 4));
    }

    @Test
    void sequentialOrdersCountOn() {
        RowOrder order = new RowOrder(Kind.SEQUENTIAL, 5, 10, 4, 3);
        assertEquals(0, order.row(0, 0));
        assertEquals(9, order.row(2, 1));
        assertEquals(5, order.row(4, 1));
    }

    /// Pearson's statistic of where each row comes to lie, over many epochs: of (n − 1)² degrees of freedom, so of this
    /// mean and √(2·mean) deviation; 6 deviations are what chance does not do.
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10, 33})
    void everyRowComesToEveryPlaceEquallyOften(int rows) {
        int epochs = 2000 * rows;
        RowOrder order = new RowOrder(Kind.SHUFFLED, 77, rows, rows, 1);
        int[][] times = new int[rows][rows];
        int[] seen = new int[rows];
        for (int epoch = 0; epoch < epochs; epoch++) {
            order.fill(epoch, seen);
            for (int place = 0; place < rows; place++) {
                times[place][seen[place]]++;
            }
        }
        double expected = epochs / (double) rows;
        double statistic = Arrays.stream(times)
                .flatMapToInt(Arrays::stream)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        double freedom = (rows - 1.0) * (rows - 1.0);
        assertTrue(statistic < freedom + 6 * Math.sqrt(2 * freedom), rows + " rows: " + statistic);
    }

    /// How often neighbours of one epoch stay neighbours: 2 of n − 1 pairs on average.
    @Test
    void neighboursPart() {
        int rows = 1000;
        int[] seen = new int[rows];
        int together = 0;
        for (int epoch = 0; epoch < 100; epoch++) {
            new RowOrder(Kind.SHUFFLED, 4, rows, rows, 1).fill(epoch, seen);
            for (int i = 1; i < rows; i++) {
                together += Math.abs(seen[i] - seen[i - 1]) == 1 ? 1 : 0;
            }
        }
        // Poisson of mean 200.
        assertEquals(200, together, 6 * Math.sqrt(200));
    }

    @Test
    void seedsAndEpochsDiffer() {
        int[] first = filled(1, 0);
        assertNotEquals(Arrays.toString(first), Arrays.toString(filled(1, 1)));
        assertNotEquals(Arrays.toString(first), Arrays.toString(filled(2, 0)));
        assertNotEquals(Arrays.toString(first), Arrays.toString(filled(1L << 32 | 1, 0)));
        assertArrayEquals(first, filled(1, 0));
    }

    /// The first rows of one order, so that it never changes unnoticed: saved runs depend on it.
    @Test
    void theOrderOfASeedStays() {
        assertArrayEquals(STAYS, Arrays.copyOf(filled(1, 0), STAYS.length));
    }

    // From the definition, written out in Python.
    private static final int[] STAYS = {29, 95, 62, 82, 61, 53, 93, 35, 49, 22, 20, 56};

    /// Of more than 2³⁰ rows the permutation works on 32 bits.
    @Test
    void theLargestDatasetsHaveAnOrderToo() {
        for (int rows : new int[] {1 << 30, (1 << 30) + 1, Integer.MAX_VALUE}) {
            RowOrder order = new RowOrder(Kind.SHUFFLED, 1, rows, 128, 1);
            int[] some =
                    IntStream.range(0, 2000).map(i -> order.at(3, rows - 1 - i)).toArray();
            assertTrue(Arrays.stream(some).allMatch(row -> row >= 0 && row < rows), rows + " rows");
            assertEquals(some.length, Arrays.stream(some).distinct().count());
        }
    }

    @Test
    void batchesThatBeginBeyondTheRowsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RowOrder(Kind.SHUFFLED, 0, 10, 5, 3));
        assertThrows(IllegalArgumentException.class, () -> new RowOrder(Kind.SHUFFLED, 0, 0, 1, 1));
    }

    private static int[] filled(long seed, long epoch) {
        int[] order = new int[100];
        new RowOrder(Kind.SHUFFLED, seed, 100, 100, 1).fill(epoch, order);
        return order;
    }
}
