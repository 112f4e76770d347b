package dev.cresset.data;

import static dev.cresset.data.Refusal.says;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
    private final Rows doubles = Rows.of(3, 2, 1, 2, 3, 4, 5, 6);
    private final Rows bytes = Rows.wrap(3, 2, new byte[] {0, 1, 2, 127, (byte) 128, (byte) 255}, 1.0 / 255);

    @Test
    void doublesAreReadRowByRow() {
        assertEquals(3, doubles.count());
        assertEquals(2, doubles.width());
        assertEquals(1, doubles.at(0, 0));
        assertEquals(4, doubles.at(1, 1));
        assertEquals(5, doubles.at(2, 0));
    }

    @Test
    void bytesAreUnsignedAndScaled() {
        assertEquals(0, bytes.at(0, 0));
        assertEquals(127 / 255.0, bytes.at(1, 1), 1e-16);
        assertEquals(128 / 255.0, bytes.at(2, 0), 1e-16);
        assertEquals(1.0, bytes.at(2, 1));
    }

    @Test
    void aCopyLandsAtTheOffsetAndNowhereElse() {
        double[] to = {-1, -1, -1, -1};
        doubles.copy(2, to, 1);
        assertArrayEquals(new double[] {-1, 5, 6, -1}, to);
        bytes.copy(0, to, 2);
        assertArrayEquals(new double[] {-1, 5, 0, 1 / 255.0}, to, 1e-16);
    }

    @Test
    void aCopyWithoutRoomWritesNothing() {
        for (Rows rows : every()) {
            double[] to = {-1, -1, -1};
            assertThrows(IndexOutOfBoundsException.class, () -> rows.copy(0, to, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> rows.copy(3, to, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> rows.copy(-1, to, 0));
            assertArrayEquals(new double[] {-1, -1, -1}, to);
        }
    }

    @Test
    void numbersOutsideAreRefusedByEveryStorage() {
        for (Rows rows : every()) {
            assertThrows(IndexOutOfBoundsException.class, () -> rows.at(3, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> rows.at(-1, 0));
            // Without a check a column too many would read the next row's first.
            assertThrows(IndexOutOfBoundsException.class, () -> rows.at(0, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> rows.at(1, -1));
            assertThrows(IndexOutOfBoundsException.class, () -> rows.select(new int[] {0, 3}));
        }
    }

    @Test
    void aSelectionFollowsTheGivenOrderAndMayRepeatRows() {
        Rows selection = doubles.select(new int[] {2, 0, 2});
        assertEquals(3, selection.count());
        assertEquals(2, selection.width());
        assertEquals(5, selection.at(0, 0));
        assertEquals(2, selection.at(1, 1));
        assertEquals(6, selection.at(2, 1));
    }

    @Test
    void aSelectionOfASelectionGoesBackToTheData() {
        Rows second = doubles.select(new int[] {2, 0}).select(new int[] {1});
        assertEquals(1, second.at(0, 0));
        assertTrue(second instanceof SelectedRows chosen && chosen.base() == doubles);
    }

    @Test
    void aSelectionKeepsItsOwnNumbers() {
        int[] numbers = {1};
        Rows selection = doubles.select(numbers);
        numbers[0] = 2;
        assertEquals(3, selection.at(0, 0));
    }

    @Test
    void copiedValuesDoNotFollowTheCallersArray() {
        double[][] rows = {{1, 2}};
        double[] flat = {1, 2};
        Rows nested = Rows.of(rows);
        Rows listed = Rows.of(1, 2, flat);
        rows[0][0] = 9;
        flat[0] = 9;
        assertEquals(1, nested.at(0, 0));
        assertEquals(1, listed.at(0, 0));
    }

    @Test
    void shapesThatDoNotFitTheValuesAreRefused() {
        says("row 1 has 3 columns where row 0 has 2", () -> Rows.of(new double[][] {{1, 2}, {1, 2, 3}}));
        says("at least one row expected", () -> Rows.of(new double[0][]));
        says("at least 0 rows of at least 1 column", () -> Rows.of(new double[][] {{}}));
        says("need 6 values, found 5", () -> Rows.of(3, 2, 1, 2, 3, 4, 5));
        says("need 4 values, found 3", () -> Rows.wrap(2, 2, new byte[3], 1));
        says("at least 0 rows", () -> Rows.of(-1, 2));
        says("holds at most", () -> Rows.wrap(1 << 20, 1 << 20, new double[0]));
        says("a finite scale other than 0", () -> Rows.wrap(1, 1, new byte[1], 0));
        says("a finite scale other than 0", () -> Rows.wrap(1, 1, new byte[1], Double.NaN));
    }

    @Test
    void aValueThatIsNotFiniteIsFoundByRowAndColumn() {
        Rows rows = Rows.of(2, 2, 1, 2, 3, Double.NaN);
        says("features: a finite number expected in row 1, column 1, found NaN", () -> rows.requireFinite("features"));
        says("row 1, column 'b', found NaN", () -> rows.requireFinite("features", List.of("a", "b")));
        says("2 column names expected, found 1", () -> rows.requireFinite("features", List.of("a")));
        Rows infinite = Rows.of(1, 1, Double.NEGATIVE_INFINITY);
        says("column 0, found -Infinity", () -> infinite.requireFinite("targets"));
        assertDoesNotThrow(() -> doubles.requireFinite("features"));
        assertDoesNotThrow(() -> bytes.requireFinite("features"));
    }

    @Test
    void labelsAreKeptInBytesWhereTheyFit() {
        assertTrue(Rows.ofLabels(0, 255) instanceof ByteRows);
        assertEquals(255, Rows.ofLabels(0, 255).at(1, 0));
        assertTrue(Rows.ofLabels(0, 256) instanceof DoubleRows);
        assertEquals(256, Rows.ofLabels(0, 256).at(1, 0));
        says("row 1 holds -1", () -> Rows.ofLabels(0, -1));
    }

    private List<Rows> every() {
        Rows standardised =
                Standardizer.of(new double[] {0, 0}, new double[] {1, 1}).apply(doubles);
        return List.of(doubles, bytes, doubles.select(new int[] {0, 1, 2}), standardised);
    }
}
