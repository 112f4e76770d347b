package dev.cresset.data;

import static dev.cresset.data.Refusal.says;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cresset.tensor.RowOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private final Dataset ten = numbered(10);

    @Test
    void theRemainderIsASmallerBatchOrNone() {
        Batches kept = new Batches(ten, 4, 1, Remainder.KEEP);
        assertEquals(3, kept.count());
        assertEquals(4, kept.rows(0));
        assertEquals(4, kept.rows(1));
        assertEquals(2, kept.rows(2));
        Batches dropped = new Batches(ten, 4, 1, Remainder.DROP);
        assertEquals(2, dropped.count());
        assertEquals(4, dropped.rows(1));
        assertThrows(IndexOutOfBoundsException.class, () -> dropped.rows(2));
    }

    @Test
    void aDatasetOfWholeBatchesHasNoRemainder() {
        assertEquals(2, new Batches(ten, 5, 1, Remainder.KEEP).count());
        assertEquals(2, new Batches(ten, 5, 1, Remainder.DROP).count());
    }

    @Test
    void anEpochShowsEveryRowOnceWithItsTarget() {
        Batches batches = new Batches(ten, 3, 1, Remainder.KEEP);
        for (int e = 0; e < 5; e++) {
            batches.epoch(e);
            int[] seen = seen(batches);
            assertArrayEquals(
                    IntStream.range(0, 10).toArray(),
                    Arrays.stream(seen).sorted().toArray());
        }
    }

    @Test
    void anEpochsOrderDoesNotDependOnTheEpochsBefore() {
        Batches whole = new Batches(ten, 3, 1, Remainder.KEEP);
        for (int e = 0; e < 7; e++) {
            whole.epoch(e);
        }
        Batches resumed = new Batches(ten, 3, 1, Remainder.KEEP);
        resumed.epoch(6);
        assertArrayEquals(seen(whole), seen(resumed));
    }

    @Test
    void newBatchesStandAtEpochZero() {
        Batches batches = new Batches(ten, 3, 1, Remainder.KEEP);
        int[] before = seen(batches);
        batches.epoch(0);
        assertArrayEquals(before, seen(batches));
    }

    @Test
    void epochsAndSeedsDiffer() {
        Dataset many = numbered(100);
        Batches batches = new Batches(many, 10, 1, Remainder.KEEP);
        int[] first = seen(batches);
        batches.epoch(1);
        assertFalse(Arrays.equals(first, seen(batches)));
        assertFalse(Arrays.equals(first, seen(new Batches(many, 10, 2, Remainder.KEEP))));
    }

    @Test
    void theOrderIsThatOfTheSeedsRowOrder() {
        Batches batches = new Batches(ten, 4, 42, Remainder.KEEP);
        batches.epoch(3);
        int[] expected = IntStream.range(0, 10)
                .map(place -> batches.order().row(3 * 3 + place / 4, place % 4))
                .toArray();
        assertArrayEquals(expected, seen(batches));
    }

    @Test
    void everyOrderOfThreeTurnsUpAboutEquallyOften() {
        Batches batches = new Batches(numbered(3), 3, 5, Remainder.KEEP);
        int[] times = new int[27];
        for (int e = 0; e < 6000; e++) {
            batches.epoch(e);
            int[] order = seen(batches);
            times[9 * order[0] + 3 * order[1] + order[2]]++;
        }
        int[] found = Arrays.stream(times).filter(count -> count > 0).toArray();
        assertEquals(6, found.length);
        for (int count : found) {
            // 6000 draws at 1/6: mean 1000, standard deviation 29; six of them either way.
            assertEquals(1000, count, 174);
        }
    }

    @Test
    void sequentialBatchesKeepTheDatasetsOrder() {
        Batches batches = Batches.sequential(ten, 4);
        batches.epoch(3);
        assertEquals(3, batches.count());
        assertArrayEquals(IntStream.range(0, 10).toArray(), seen(batches));
        assertEquals(2, new Batches(ten, 4, RowOrder.Kind.SEQUENTIAL, 0, Remainder.DROP).count());
    }

    @Test
    void aCopyLeavesWhatLiesBehindTheBatch() {
        Batches batches = Batches.sequential(
                Dataset.regression(new double[][] {{1, 2}, {3, 4}, {5, 6}}, new double[][] {{7}, {8}, {9}}), 2);
        double[] x = {-1, -1, -1, -1};
        double[] y = {-1, -1};
        batches.copy(0, x, y);
        assertArrayEquals(new double[] {1, 2, 3, 4}, x);
        assertArrayEquals(new double[] {7, 8}, y);
        batches.copy(1, x, y);
        assertArrayEquals(new double[] {5, 6, 3, 4}, x);
        assertArrayEquals(new double[] {9, 8}, y);
    }

    @Test
    void arraysThatAreTooShortAreRefusedBeforeAnythingIsWritten() {
        Batches batches = Batches.sequential(ten, 4);
        double[] x = {-1, -1, -1, -1};
        double[] y = {-1, -1, -1};
        says("y needs room for 4 rows of 1 values (4), found 3", () -> batches.copy(0, x, y));
        assertArrayEquals(new double[] {-1, -1, -1, -1}, x);
        says("x needs room", () -> batches.copy(0, y, x));
        assertThrows(IndexOutOfBoundsException.class, () -> batches.copy(3, x, x));
        assertThrows(IndexOutOfBoundsException.class, () -> batches.copy(-1, x, x));
    }

    @Test
    void sizesThatMakeNoBatchAreRefused() {
        says("at least 1 row expected, found 0", () -> new Batches(ten, 0, 1, Remainder.KEEP));
        says("leave none when the remainder is dropped", () -> new Batches(ten, 11, 1, Remainder.DROP));
        Batches one = new Batches(ten, 11, 1, Remainder.KEEP);
        assertEquals(1, one.count());
        assertEquals(10, one.rows(0));
        says("numbered from 0, found -1", () -> one.epoch(-1));
        assertEquals(10, new Batches(ten, Integer.MAX_VALUE, 1, Remainder.KEEP).rows(0));
    }

    private static Dataset numbered(int rows) {
        double[][] x = new double[rows][1];
        double[][] y = new double[rows][1];
        for (int row = 0; row < rows; row++) {
            x[row][0] = row;
            y[row][0] = 10 * row;
        }
        return Dataset.regression(x, y);
    }

    private static int[] seen(Batches batches) {
        int[] seen = new int[batches.dataset().size()];
        double[] x = new double[batches.batchSize()];
        double[] y = new double[batches.batchSize()];
        int count = 0;
        for (int batch = 0; batch < batches.count(); batch++) {
            batches.copy(batch, x, y);
            for (int row = 0; row < batches.rows(batch); row++) {
                assertEquals(10 * x[row], y[row]);
                seen[count++] = (int) x[row];
            }
        }
        return seen;
    }
}
