package dev.cresset.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.data.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvReaderTest {
    @TempDir
    private Path folder;

    @Test
    void theLastColumnIsTheTargetAndNumbersAreARegression() throws IOException {
        Dataset dataset = new CsvReader().read(file("rooms,age,price\n6.5,65,24\n6.4,-7e1,21.6\n"));
        assertEquals(List.of("rooms", "age"), dataset.schema().features());
        assertEquals(List.of("price"), dataset.schema().targets());
        assertEquals(Task.REGRESSION, dataset.schema().task());
        assertEquals(2, dataset.size());
        assertArrayEquals(new double[] {6.5, 65}, row(dataset.features(), 0));
        assertArrayEquals(new double[] {6.4, -70}, row(dataset.features(), 1));
        assertArrayEquals(new double[] {21.6}, row(dataset.targets(), 1));
    }

    @Test
    void aTargetOfTextIsAClassificationWithSortedClasses() throws IOException {
        Dataset dataset = new CsvReader().read(file("a,kind\n1,versicolor\n2,setosa\n3,virginica\n4,setosa\n"));
        assertEquals(Task.CLASSIFICATION, dataset.schema().task());
        assertEquals(
                List.of("setosa", "versicolor", "virginica"), dataset.schema().classes());
        assertArrayEquals(new int[] {1, 0, 2, 0}, labels(dataset));
    }

    @Test
    void wholeNumbersStayARegressionUnlessClassificationIsAsked() throws IOException {
        Path file = file("a,n\n1,10\n2,9\n3,10\n");
        assertEquals(Task.REGRESSION, new CsvReader().read(file).schema().task());
        Dataset classes = new CsvReader(CsvOptions.DEFAULT.withTask(Task.CLASSIFICATION)).read(file);
        // By value: 9 before 10, which text would sort the other way.
        assertEquals(List.of("9", "10"), classes.schema().classes());
        assertArrayEquals(new int[] {1, 0, 1}, labels(classes));
    }

    @Test
    void equalNumbersAreOneClassHoweverTheyAreWritten() throws IOException {
        Dataset dataset = new CsvReader(CsvOptions.DEFAULT.withTask(Task.CLASSIFICATION))
                .read(file("a,n\n1,1\n2,0\n3,1.0\n4,-0\n"));
        assertEquals(List.of("0", "1"), dataset.schema().classes());
        assertArrayEquals(new int[] {1, 0, 1, 0}, labels(dataset));
    }

    @Test
    void classesOfTextAndNumbersAreSortedAsText() throws IOException {
        Dataset dataset =
                new CsvReader(CsvOptions.DEFAULT.withTask(Task.CLASSIFICATION)).read(file("a,n\n1,b\n2,10\n3,9\n"));
        assertEquals(List.of("10", "9", "b"), dataset.schema().classes());
    }

    @Test
    void targetsAreFoundByNameOrByNumberFromZero() throws IOException {
        Path file = file("a,b,c\n1,2,3\n");
        Dataset byName = new CsvReader(CsvOptions.DEFAULT.withTargets("b")).read(file);
        assertEquals(List.of("a", "c"), byName.schema().features());
        assertArrayEquals(new double[] {1, 3}, row(byName.features(), 0));
        Dataset byNumber = new CsvReader(CsvOptions.DEFAULT.withTargets("0")).read(file);
        assertEquals(List.of("a"), byNumber.schema().targets());
        Dataset both = new CsvReader(CsvOptions.DEFAULT.withTargets("c", "a")).read(file);
        assertEquals(List.of("c", "a"), both.schema().targets());
        assertArrayEquals(new double[] {3, 1}, row(both.targets(), 0));
    }

    @Test
    void aNameThatIsANumberIsANameFirst() throws IOException {
        Path file = file("2,0,1\n7,8,9\n");
        CsvOptions options = CsvOptions.DEFAULT.withHeader(CsvHeader.PRESENT).withTargets("0");
        assertEquals(8, new CsvReader(options).read(file).targets().at(0, 0));
    }

    @Test
    void aFileOfNumbersHasNoHeader() throws IOException {
        Dataset dataset = new CsvReader().read(file("1,2,3\n4,5,6\n"));
        assertEquals(2, dataset.size());
        assertEquals(List.of("column0", "column1"), dataset.schema().features());
        assertEquals(List.of("column2"), dataset.schema().targets());
    }

    @Test
    void textInTheTargetAloneDoesNotMakeAHeader() throws IOException {
        Dataset dataset = new CsvReader().read(file("5.1,3.5,setosa\n6.2,2.9,virginica\n"));
        assertEquals(2, dataset.size());
        assertEquals(List.of("setosa", "virginica"), dataset.schema().classes());
        Dataset first = new CsvReader(CsvOptions.DEFAULT.withTargets("0")).read(file("x,1,2\ny,3,4\n"));
        assertEquals(2, first.size());
        assertEquals(List.of("x", "y"), first.schema().classes());
    }

    @Test
    void theWordOnTheHeaderIsTaken() throws IOException {
        Path numbers = file("1,2\n3,4\n");
        CsvReader present = new CsvReader(CsvOptions.DEFAULT.withHeader(CsvHeader.PRESENT));
        assertEquals(1, present.read(numbers).size());
        assertEquals(List.of("1"), present.read(numbers).schema().features());
        CsvReader absent = new CsvReader(CsvOptions.DEFAULT.withHeader(CsvHeader.ABSENT));
        assertEquals(2, absent.read(numbers).size());
        Damage.says(", row 1, column 'column0': a number", () -> absent.read(file("a,b\n3,4\n")));
    }

    @Test
    void aByteOrderMarkQuotesSpacesAndBlankLinesDoNotMatter() throws IOException {
        Dataset dataset =
                new CsvReader().read(file("\uFEFF\"größe, cm\", b ,\"y\"\r\n\r\n\" 1\", 2 ,3\r\n  \r\n4,5,6\r\n\r\n"));
        assertEquals(List.of("größe, cm", "b"), dataset.schema().features());
        assertEquals(2, dataset.size());
        assertArrayEquals(new double[] {1, 2}, row(dataset.features(), 0));
    }

    @Test
    void aLineBreakInsideQuotesBelongsToTheField() throws IOException {
        Dataset dataset = new CsvReader().read(file("a,kind\n1,\"two\nlines\"\n2,\"one \"\"quoted\"\"\"\n"));
        assertEquals(List.of("one \"quoted\"", "two\nlines"), dataset.schema().classes());
    }

    @Test
    void otherSeparatorsAreTaken() throws IOException {
        assertEquals(
                3,
                new CsvReader(CsvOptions.DEFAULT.withSeparator(';'))
                        .read(file("a;b\n1;3\n"))
                        .targets()
                        .at(0, 0));
        assertEquals(
                3,
                new CsvReader(CsvOptions.DEFAULT.withSeparator('\t'))
                        .read(file("a\tb\n1\t3"))
                        .targets()
                        .at(0, 0));
    }

    @Test
    void anUnnamedColumnIsCalledByItsNumber() throws IOException {
        // As a table with row numbers is usually saved.
        Dataset dataset = new CsvReader().read(file(",a,y\n0,1,2\n1,3,4\n"));
        assertEquals(List.of("column0", "a"), dataset.schema().features());
    }

    @Test
    void aLongFileIsReadWhole() throws IOException {
        StringBuilder text = new StringBuilder("a,b,kind\n");
        for (int row = 0; row < 5000; row++) {
            text.append(row)
                    .append(',')
                    .append(-row)
                    .append(",k")
                    .append(row % 7)
                    .append('\n');
        }
        Dataset dataset = new CsvReader().read(file(text.toString()));
        assertEquals(5000, dataset.size());
        assertArrayEquals(new double[] {4999, -4999}, row(dataset.features(), 4999));
        assertEquals(4999 % 7, dataset.label(4999));
    }

    @Test
    void aWideFileIsReadWhole() throws IOException {
        // More than FastCSV's own limit of 16384 fields.
        String text = String.join(
                ",", IntStream.range(0, 20_000).mapToObj(String::valueOf).toList());
        Dataset dataset = new CsvReader().read(file(text + "\n"));
        assertEquals(19_999, dataset.inputs());
        assertEquals(19_998, dataset.features().at(0, 19_998));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), text);
    }

    private static double[] row(Rows rows, int row) {
        double[] values = new double[rows.width()];
        rows.copy(row, values, 0);
        return values;
    }

    private static int[] labels(Dataset dataset) {
        return IntStream.range(0, dataset.size()).map(dataset::label).toArray();
    }
}
