package dev.cresset.data;

import static dev.cresset.data.Refusal.says;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {
    private static final double[][] THREE = {{1, 2}, {3, 4}, {5, 6}};

    @Test
    void aClassificationHasOneColumnOfClassNumbersAndAnOutputForEachClass() {
        Dataset dataset = Dataset.classification(THREE, new int[] {2, 0, 1}, 4);
        assertEquals(3, dataset.size());
        assertEquals(2, dataset.inputs());
        assertEquals(4, dataset.outputs());
        assertEquals(1, dataset.targets().width());
        assertEquals(2, dataset.targets().at(0, 0));
        assertEquals(1, dataset.label(2));
        assertEquals(List.of("0", "1", "2", "3"), dataset.schema().classes());
        assertEquals("3 rows of 2 features, classification of y0 into 4 classes", dataset.toString());
    }

    @Test
    void aRegressionHasAnOutputForEachTarget() {
        Dataset dataset = Dataset.regression(THREE, new double[][] {{1}, {2}, {3}});
        assertEquals(1, dataset.outputs());
        assertEquals(3, dataset.targets().at(2, 0));
        assertEquals(List.of("x0", "x1"), dataset.schema().features());
        assertEquals("3 rows of 2 features, regression of y0", dataset.toString());
        assertThrows(IllegalStateException.class, () -> dataset.label(0));
    }

    @Test
    void labelsOutsideTheClassesAreRefusedByRow() {
        says("0 to 1 expected in row 2", () -> Dataset.classification(THREE, new int[] {0, 1, 2}, 2));
        says("row 1 holds -1", () -> Dataset.classification(THREE, new int[] {0, -1, 1}, 2));
        Schema schema = Schema.classification(List.of("a", "b"), "kind", List.of("no", "yes"));
        says("row 1, target 'kind', found 0.5", () -> Dataset.of(Rows.of(THREE), Rows.of(3, 1, 0, 0.5, 1), schema));
        says("found NaN", () -> Dataset.of(Rows.of(THREE), Rows.of(3, 1, 0, Double.NaN, 1), schema));
    }

    @Test
    void rowsThatDoNotFitTogetherAreRefused() {
        Schema schema = Schema.regression(List.of("a", "b"), List.of("c"));
        says("found 3 rows of features and 2", () -> Dataset.of(Rows.of(THREE), Rows.of(2, 1, 1, 2), schema));
        says("at least one", () -> Dataset.of(Rows.of(0, 2), Rows.of(0, 1), schema));
        says("2 columns of features expected", () -> Dataset.of(Rows.of(1, 1, 5), Rows.of(1, 1, 5), schema));
        says("1 columns of targets expected", () -> Dataset.of(Rows.of(1, 2, 5, 5), Rows.of(1, 2, 5, 5), schema));
    }

    @Test
    void valuesThatAreNotFiniteAreRefusedByColumnName() {
        Schema schema = Schema.regression(List.of("age", "rooms"), List.of("price"));
        Rows targets = Rows.of(1, 1, 5);
        says("row 0, column 'rooms', found NaN", () -> Dataset.of(Rows.of(1, 2, 1, Double.NaN), targets, schema));
        Rows infinite = Rows.of(1, 1, Double.POSITIVE_INFINITY);
        says("targets: a finite number expected", () -> Dataset.of(Rows.of(1, 2, 1, 2), infinite, schema));
    }

    @Test
    void aSelectionKeepsFeaturesAndTargetsTogether() {
        Dataset selection =
                Dataset.classification(THREE, new int[] {2, 0, 1}, 3).select(new int[] {2, 1});
        assertEquals(2, selection.size());
        assertEquals(5, selection.features().at(0, 0));
        assertEquals(1, selection.label(0));
        assertEquals(0, selection.label(1));
        says("at least one row to select", () -> selection.select(new int[0]));
        assertThrows(IndexOutOfBoundsException.class, () -> selection.select(new int[] {2}));
    }

    @Test
    void otherFeaturesTakeThePlaceOfTheOldOnes() {
        Dataset dataset = Dataset.regression(THREE, new double[][] {{1}, {2}, {3}});
        Dataset scaled =
                dataset.withFeatures(Standardizer.fit(dataset.features()).apply(dataset.features()));
        assertEquals(0, scaled.features().at(1, 0));
        assertEquals(2, scaled.targets().at(1, 0));
        says("3 rows of features expected, found 1", () -> dataset.withFeatures(Rows.of(1, 2, 1, 2)));
        says("2 columns of features expected", () -> dataset.withFeatures(Rows.of(3, 1, 1, 2, 3)));
        Rows broken = Rows.of(3, 2, 1, 2, 3, Double.NaN, 5, 6);
        says("row 1, column 'x1'", () -> dataset.withFeatures(broken));
    }

    @Test
    void aSplitHoldsEveryRowExactlyOnceInItsOldOrder() {
        Dataset dataset = numbered(101);
        Split split = dataset.split(0.2, 7);
        assertEquals(20, split.validation().size());
        assertEquals(81, split.train().size());
        int[] train = rows(split.train());
        int[] validation = rows(split.validation());
        assertArrayEquals(Arrays.stream(train).sorted().toArray(), train);
        int[] all = IntStream.concat(Arrays.stream(train), Arrays.stream(validation))
                .sorted()
                .toArray();
        assertArrayEquals(IntStream.range(0, 101).toArray(), all);
        for (int row = 0; row < 20; row++) {
            assertEquals(10 * validation[row], split.validation().targets().at(row, 0));
        }
    }

    @Test
    void aSplitDependsOnItsSeedAlone() {
        Dataset dataset = numbered(50);
        int[] once = rows(dataset.split(0.5, 3).validation());
        assertArrayEquals(once, rows(dataset.split(0.5, 3).validation()));
        assertFalse(Arrays.equals(once, rows(dataset.split(0.5, 4).validation())));
    }

    @Test
    void overManySeedsEveryRowIsValidatedAboutEquallyOften() {
        Dataset dataset = numbered(10);
        int[] times = new int[10];
        for (int seed = 0; seed < 1000; seed++) {
            for (int row : rows(dataset.split(0.3, seed).validation())) {
                times[row]++;
            }
        }
        for (int row = 0; row < 10; row++) {
            // 1000 draws at 0.3: mean 300, standard deviation 14.5; six of them either way.
            assertEquals(300, times[row], 87, "row " + row);
        }
    }

    @Test
    void aSplitThatLeavesAPartEmptyIsRefused() {
        Dataset two = numbered(2);
        assertEquals(1, two.split(0.5, 0).train().size());
        says("leaves the validation part empty", () -> two.split(0.1, 0));
        says("leaves the training part empty", () -> two.split(0.9, 0));
        for (double fraction : new double[] {0, 1, -0.5, 1.5, Double.NaN}) {
            says("above 0 and below 1", () -> two.split(fraction, 0));
        }
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

    private static int[] rows(Dataset numbered) {
        return IntStream.range(0, numbered.size())
                .map(row -> (int) numbered.features().at(row, 0))
                .toArray();
    }
}
