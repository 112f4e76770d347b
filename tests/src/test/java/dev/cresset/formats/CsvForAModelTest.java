package dev.cresset.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.data.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files read for a model that exists: to evaluate it, and to predict.
class CsvForAModelTest {
    private static final List<String> AB = List.of("a", "b");
    private static final Schema NUMBER = Schema.regression(AB, List.of("y"));
    private static final Schema KIND = Schema.classification(AB, "y", List.of("red", "blue"));

    @TempDir
    private Path folder;

    private final CsvReader reader = new CsvReader();

    @Test
    void columnsAreFoundByNameInTheModelsOrder() throws IOException {
        Dataset dataset = reader.read(file("y,b,note,a\n9,2,hello,1\n"), NUMBER);
        assertEquals(NUMBER, dataset.schema());
        assertArrayEquals(new double[] {1, 2}, row(dataset.features()));
        assertArrayEquals(new double[] {9}, row(dataset.targets()));
    }

    @Test
    void classNumbersAreTheModels() throws IOException {
        Dataset dataset = reader.read(file("a,b,y\n1,2,red\n1,2,blue\n1,2,red\n"), KIND);
        assertArrayEquals(new int[] {0, 1, 0}, labels(dataset));
        assertEquals(2, reader.read(file("a,b,y\n1,2,blue\n"), KIND).outputs());
    }

    @Test
    void classesThatAreNumbersAreKnownByValue() throws IOException {
        Schema digits = Schema.classification(AB, "y", List.of("1", "0"));
        assertArrayEquals(new int[] {0, 1, 0}, labels(reader.read(file("a,b,y\n1,2,1.0\n1,2,0\n1,2,01\n"), digits)));
    }

    @Test
    void aClassUnknownToTheModelIsRefusedByItsFirstRow() {
        Damage.says(
                "row 3, column 'y': one of the model's classes [red, blue] expected, found 'green'",
                () -> reader.read(file("a,b,y\n1,2,red\n1,2,green\n1,2,green\n"), KIND));
    }

    @Test
    void withoutAHeaderColumnsGoByPosition() throws IOException {
        Dataset last = reader.read(file("1,2,9\n3,4,9\n"), NUMBER);
        assertEquals(2, last.size());
        assertArrayEquals(new double[] {1, 2}, row(last.features()));
        Dataset first = new CsvReader(CsvOptions.DEFAULT.withTargets("0")).read(file("9,1,2\n"), NUMBER);
        assertArrayEquals(new double[] {1, 2}, row(first.features()));
        assertArrayEquals(new double[] {9}, row(first.targets()));
        Dataset text = reader.read(file("1,2,blue\n"), KIND);
        assertEquals(1, text.label(0));
    }

    @Test
    void aModelTrainedWithoutAHeaderFindsItsColumnsAgain() throws IOException {
        Path file = file("9,1,2\n8,3,4\n");
        Schema schema =
                new CsvReader(CsvOptions.DEFAULT.withTargets("0")).read(file).schema();
        Dataset again = reader.read(file, schema);
        assertArrayEquals(new double[] {9}, row(again.targets()));
        assertArrayEquals(new double[] {1, 2}, row(again.features()));
        assertArrayEquals(new double[] {1, 2}, row(reader.features(file, schema.features())));
        assertArrayEquals(new double[] {5, 6}, row(reader.features(file("5,6\n"), schema.features())));
    }

    @Test
    void columnsThatAreMissingAreNamed() {
        Damage.says("the model's column 'b' is missing", () -> reader.read(file("a,c,y\n1,2,3\n"), NUMBER));
        Damage.says("the model's column 'y' is missing", () -> reader.read(file("a,b,c\n1,2,3\n"), NUMBER));
        Damage.says("2 feature columns expected by the model, found 3", () -> reader.read(file("1,2,3,4\n"), NUMBER));
        Damage.says("the model's columns 'a', 'b' are missing", () -> reader.features(file("c,d\n1,2\n"), AB));
    }

    @Test
    void targetsInTheOptionsTakeThePlaceOfTheModels() throws IOException {
        CsvReader renamed = new CsvReader(CsvOptions.DEFAULT.withTargets("cost"));
        assertEquals(
                3, renamed.read(file("a,b,cost\n1,2,3\n"), NUMBER).targets().at(0, 0));
        CsvReader feature = new CsvReader(CsvOptions.DEFAULT.withTargets("b"));
        Damage.says("no feature of the model expected, found 'b'", () -> feature.read(file("a,b\n1,2\n"), NUMBER));
        CsvReader two = new CsvReader(CsvOptions.DEFAULT.withTargets("c", "d"));
        Damage.says("1 target column expected", () -> two.read(file("a,b,c,d\n1,2,3,4\n"), NUMBER));
    }

    @Test
    void predictionNeedsTheFeaturesAlone() throws IOException {
        assertArrayEquals(new double[] {1, 2}, row(reader.features(file("b,a\n2,1\n"), AB)));
        assertArrayEquals(new double[] {1, 2}, row(reader.features(file("b,note,a\n2,hello,1\n"), AB)));
        assertArrayEquals(new double[] {1, 2}, row(reader.features(file("1,2\n"), AB)));
        assertEquals(2, reader.features(file("1,2\n3,4\n"), AB).count());
    }

    @Test
    void predictionPassesOverATargetInAFileWithoutHeader() throws IOException {
        assertArrayEquals(new double[] {1, 2}, row(reader.features(file("1,2,blue\n"), AB)));
        CsvReader first = new CsvReader(CsvOptions.DEFAULT.withTargets("0"));
        assertArrayEquals(new double[] {1, 2}, row(first.features(file("blue,1,2\n"), AB)));
        Damage.says("2 feature columns expected by the model, found 3", () -> reader.features(file("1,2,3,4\n"), AB));
        Damage.says("2 feature columns expected", () -> reader.features(file("1,2,3,4\n"), AB));
    }

    @Test
    void oneFeatureIsEnoughAndABlankLineIsThenAMissingValue() throws IOException {
        assertEquals(2, reader.features(file("a\n1\n2\n"), List.of("a")).count());
        assertEquals(2, reader.features(file("1\n2\n"), List.of("a")).count());
        Damage.says(
                "row 3, column 'a': the value is missing", () -> reader.features(file("a\n1\n\n2\n"), List.of("a")));
    }

    @Test
    void badFeaturesAreRefusedForPredictionToo() {
        Damage.says("row 2, column 'b': the value is missing", () -> reader.features(file("a,b\n1,NA\n"), AB));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), text);
    }

    private static double[] row(Rows rows) {
        double[] values = new double[rows.width()];
        rows.copy(0, values, 0);
        return values;
    }

    private static int[] labels(Dataset dataset) {
        return IntStream.range(0, dataset.size()).map(dataset::label).toArray();
    }
}
