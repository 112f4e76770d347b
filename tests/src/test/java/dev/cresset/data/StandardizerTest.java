package dev.cresset.data;

import static dev.cresset.data.Refusal.says;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StandardizerTest {
    /// Column 0 is the textbook's 2, 4, 4, 4, 5, 5, 7, 9: mean 5, population standard deviation 2.
    private static final Rows EIGHT = Rows.of(8, 2, 2, 0, 4, 0, 4, 0, 4, 0, 5, 1, 5, 1, 7, 1, 9, 1);

    @Test
    void meanAndPopulationDeviationAreTheTextbooks() {
        Standardizer standardizer = Standardizer.fit(EIGHT);
        assertEquals(2, standardizer.width());
        assertArrayEquals(new double[] {5, 0.5}, standardizer.mean());
        assertArrayEquals(new double[] {2, 0.5}, standardizer.deviation());
    }

    @Test
    void standardisedRowsAreTheFormulasToTheLastBit() {
        Rows rows = Standardizer.fit(EIGHT).apply(EIGHT);
        assertEquals(8, rows.count());
        assertEquals(-1.5, rows.at(0, 0));
        assertEquals(2, rows.at(7, 0));
        assertEquals(-1, rows.at(0, 1));
        double[] to = {9, 9, 9, 9};
        rows.copy(6, to, 1);
        assertArrayEquals(new double[] {9, 1, 1, 9}, to);
    }

    @Test
    void aSelectionOfStandardisedRowsIsStandardised() {
        Rows rows =
                Standardizer.fit(EIGHT).apply(EIGHT).select(new int[] {7, 0}).select(new int[] {1});
        assertEquals(1, rows.count());
        assertEquals(-1.5, rows.at(0, 0));
    }

    @Test
    void otherRowsAreMeasuredByTheFittedStatistics() {
        Rows other = Standardizer.fit(EIGHT).apply(Rows.of(1, 2, 11, 0.5));
        assertEquals(3, other.at(0, 0));
        assertEquals(0, other.at(0, 1));
    }

    @Test
    void aConstantColumnBecomesExactlyZero() {
        double[] values = new double[1000];
        // A sum of a thousand 0.1 divided by 1000 is not 0.1.
        Arrays.fill(values, 0.1);
        Rows constant = Rows.of(1000, 1, values);
        Standardizer standardizer = Standardizer.fit(constant);
        assertArrayEquals(new double[] {0.1}, standardizer.mean());
        assertArrayEquals(new double[] {1}, standardizer.deviation());
        assertEquals(0, standardizer.apply(constant).at(999, 0));
    }

    @Test
    void differencesTooSmallToSquareCountAsConstant() {
        Standardizer standardizer = Standardizer.fit(Rows.of(2, 1, 0, 1e-300));
        assertArrayEquals(new double[] {1}, standardizer.deviation());
    }

    @Test
    void twoPassesKeepADeviationThatIsTinyBesideTheMean() {
        // The one-pass formula E[x²] − E[x]² gives nonsense here: 1e18 leaves no digit for 0.25.
        Standardizer standardizer = Standardizer.fit(Rows.of(2, 1, 1e9, 1e9 + 1));
        assertArrayEquals(new double[] {0.5}, standardizer.deviation());
    }

    @Test
    void bytesAreStandardisedWhereTheyAre() {
        Rows bytes = Rows.wrap(2, 1, new byte[] {0, (byte) 255}, 1.0 / 255);
        Rows rows = Standardizer.fit(bytes).apply(bytes);
        assertEquals(-1, rows.at(0, 0));
        assertEquals(1, rows.at(1, 0));
    }

    @Test
    void savedStatisticsComeBackAndAreCopied() {
        double[] mean = {5};
        double[] deviation = {2};
        Standardizer standardizer = Standardizer.of(mean, deviation);
        mean[0] = 0;
        standardizer.deviation()[0] = 9;
        assertEquals(-1.5, standardizer.apply(Rows.of(1, 1, 2)).at(0, 0));
    }

    @Test
    void statisticsThatCannotBeAreRefused() {
        says("found 1 means and 2 deviations", () -> Standardizer.of(new double[1], new double[] {1, 1}));
        says("found 0 means", () -> Standardizer.of(new double[0], new double[0]));
        says("column 0 needs", () -> Standardizer.of(new double[] {0}, new double[] {0}));
        says("column 1 needs", () -> Standardizer.of(new double[] {0, 0}, new double[] {1, -1}));
        says("column 0 needs", () -> Standardizer.of(new double[] {Double.NaN}, new double[] {1}));
        says("column 0 needs", () -> Standardizer.of(new double[] {0}, new double[] {Double.POSITIVE_INFINITY}));
    }

    @Test
    void rowsThatCannotBeFittedAreRefused() {
        says("at least one row", () -> Standardizer.fit(Rows.of(0, 2)));
        says("row 1, column 0, found NaN", () -> Standardizer.fit(Rows.of(2, 1, 1, Double.NaN)));
        says("column 0 overflow", () -> Standardizer.fit(Rows.of(2, 1, 1e200, -1e200)));
        says("column 0 overflow", () -> Standardizer.fit(Rows.of(2, 1, 1.7e308, 1.6e308)));
        says("rows of 2 columns expected, found 1", () -> Standardizer.fit(EIGHT)
                .apply(Rows.of(1, 1, 1)));
    }
}
