package dev.cresset.formats;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.data.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvDamageTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "NA", "n/a", "nan", "NaN", "null", "?"})
    void missingFeaturesAreRefusedByFileRowAndColumn(String value) {
        refused(
                "data.csv, row 3, column 'b': the value is missing (found '" + value,
                "a,b,y\n1,2,3\n1," + value + ",3\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inf", "-inf", "+Infinity", "1e999", "-1e999", "-nan"})
    void infiniteFeaturesAreRefused(String value) {
        refused("row 3, column 'b': a finite number expected", "a,b,y\n1,2,3\n1," + value + ",3\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"abc", "1d", "2f", "0x10", "0x1p3", "1,5", "1e", "1e+", ".", "-", "+.e1", "1 2", "--1", "١"})
    void textInFeaturesIsRefused(String value) {
        refused("row 3, column 'b': a number such as", "a,b,y\n1,2,3\n1,\"" + value + "\",3\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1", "+1", "1.", ".5", "1.5e3", "1E-3", "-.5e+2", " 7 ", "007", "1e-999"})
    void decimalNumbersAreTaken(String value) throws IOException {
        double found = new CsvReader()
                .read(file("a,b,y\n1,2,3\n1," + value + ",3\n"))
                .features()
                .at(1, 1);
        assertTrue(found == Double.parseDouble(value), value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"250,000", "1.234,5", "$12", "12,5", "1'000"})
    void aNumberWithSeparatorsIsNotTakenForAClass(String price) {
        refused("row 2, column 'price'", "a,price\n1,\"" + price + "\"\n2,\"x\"\n");
    }

    @Test
    void theRowIsTheLineOfTheFile() {
        // The header is line 1; a field of two lines and a blank line count too.
        refused("row 6, column 'a'", "a,kind\n1,\"x\ny\"\n\n2,z\nbad,z\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NA", "NaN", "inf", "?"})
    void missingTargetsAreRefusedInEitherTask(String value) {
        refused("row 3, column 'y'", "a,y\n1,2\n1," + value + "\n");
        refused("row 3, column 'y': a class name expected", "a,y\n1,red\n1," + value + "\n");
        refused("row 2, column 'y'", "a,y\n1," + value + "\n1,2\n");
    }

    @Test
    void aTargetOfTextAndNumbersAsksForTheTask() {
        refused("row 3, column 'y': a number such as", "a,y\n1,2\n1,red\n");
        refused("ask for the task CLASSIFICATION", "a,y\n1,2\n1,red\n");
        refused(
                "row 3, column 'y': a class name as in the rows before expected, found the number '2'",
                "a,y\n1,r\n1,2\n");
        CsvReader regression = new CsvReader(CsvOptions.DEFAULT.withTask(Task.REGRESSION));
        Damage.says("row 2, column 'y': a number such as", () -> regression.read(file("a,y\n1,red\n")));
    }

    @Test
    void raggedRowsAreRefused() {
        refused("row 3: 3 fields expected as in the first row, found 2", "a,b,y\n1,2,3\n1,2\n");
        refused("row 2: 3 fields expected as in the first row, found 4", "a,b,y\n1,2,3,4\n");
    }

    @Test
    void filesWithoutDataAreRefused() {
        refused("the file is empty", "");
        refused("the file is empty", "\n\n");
        refused("the file is empty", "\uFEFF");
        refused("only a header row", "a,b,y\n");
        refused("only a header row", "a,b,y\n\n");
    }

    @Test
    void columnNamesThatAreNotDifferentAreRefused() {
        refused(
                "row 1, column 'a': different column names expected, found this one for columns 0 and 2",
                "a,b, a \n1,2,3\n");
    }

    @Test
    void anUnknownTargetIsRefusedWithTheNamesThereAre() throws IOException {
        Path file = file("a,b,y\n1,2,3\n");
        Damage.says("no column 'PRICE'. The header names 'a', 'b', 'y'", () -> targets("PRICE")
                .read(file));
        Damage.says("no column '3'", () -> targets("3").read(file));
        Damage.says("no column '-1'", () -> targets("-1").read(file));
        Damage.says("no column '99999999999'", () -> targets("99999999999").read(file));
        Damage.says("found 'y' twice", () -> targets("y", "2").read(file));
        Damage.says("a feature column beside the target expected", () -> targets("a", "b", "y")
                .read(file));
        Path numbers = file("1,2\n3,4\n");
        Damage.says("Without a header there are 'column0', 'column1'", () -> targets("y")
                .read(numbers));
    }

    @Test
    void aSeparatorThatDoesNotFitLeavesOneColumn() {
        refused("a feature column and 1 target columns expected, found 'a;b' only. Check the separator", "a;b\n1;2\n");
    }

    @Test
    void aFirstRowOfWordsAndNumbersAsksWhetherItIsAHeader() {
        refused("row 1: either column names or numbers expected", "name,2019,y\n1,2,3\n");
    }

    @Test
    void aClassificationNeedsOneTargetAndTwoClasses() throws IOException {
        refused("at least two classes expected in column 'y', found [red]", "a,y\n1,red\n2,red\n");
        Path file = file("a,b,y\n1,2,3\n");
        CsvOptions two = CsvOptions.DEFAULT.withTargets("b", "y").withTask(Task.CLASSIFICATION);
        Damage.says(
                "one target column expected for a classification, found [b, y]", () -> new CsvReader(two).read(file));
    }

    @Test
    void aColumnOfTooManyClassesIsRefused() {
        StringBuilder text = new StringBuilder("a,y\n");
        for (int row = 0; row <= 1 << 16; row++) {
            text.append("1,k").append(row).append('\n');
        }
        refused("row 65538, column 'y': at most 65536 classes expected", text.toString());
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        Path file = folder.resolve("latin1.csv");
        Files.write(file, "größe,y\n1,2\n".getBytes(StandardCharsets.ISO_8859_1));
        Damage.says("text in UTF-8 expected", () -> new CsvReader().read(file));
        Path wide = folder.resolve("utf16.csv");
        Files.write(wide, "a,y\n1,2\n".getBytes(StandardCharsets.UTF_16));
        Damage.says("text in UTF-8 expected", () -> new CsvReader().read(wide));
        Path late = folder.resolve("late.csv");
        byte[] text = ("a,kind\n" + "1,x\n2,y\n".repeat(20_000) + "3,é\n").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(late, text);
        Damage.says("text in UTF-8 expected", () -> new CsvReader().read(late));
    }

    @Test
    void quotesThatDoNotCloseAreRefused() {
        refused("not readable as CSV", "a,y\n1,\"red\n2,blue\n");
        refused("not readable as CSV", "a,y\n1,\"red\"x\n2,blue\n");
    }

    @Test
    void aFileWithoutEndOfFieldIsRefusedBeforeItFillsTheMemory() {
        refused("not readable as CSV", "a,y\n1," + "x".repeat(1 << 17) + "\n");
    }

    @Test
    void pathsThatAreNoFileAreRefused() {
        Damage.says("no such file", () -> new CsvReader().read(folder.resolve("none.csv")));
        Damage.says("found a folder", () -> new CsvReader().read(folder));
    }

    @ParameterizedTest
    @ValueSource(chars = {'"', '\n', '\r', '.', '-', '+', '5', 'e'})
    void separatorsThatCouldBePartOfANumberAreRefused(char separator) {
        assertThrows(IllegalArgumentException.class, () -> CsvOptions.DEFAULT.withSeparator(separator));
    }

    private void refused(String part, String text) {
        Damage.says(part, () -> new CsvReader().read(file(text)));
    }

    private static CsvReader targets(String... targets) {
        return new CsvReader(CsvOptions.DEFAULT.withTargets(targets));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), text);
    }
}
