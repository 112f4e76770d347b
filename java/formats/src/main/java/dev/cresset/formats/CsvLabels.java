package dev.cresset.formats;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.cresset.data.Rows;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The class column of a file, collected row by row: each different text once, and a number for each row.
final class CsvLabels {
    /// More different texts than this are a column of something else.
    private static final int MOST_CLASSES = 1 << 16;

    /// A number with separators of thousands, a decimal comma or a currency: `250,000`, `1.234,5`, `$12`.
    private static final Pattern LIKE_A_NUMBER = Pattern.compile("[$€£]?[-+]?[$€£]?\\d+([.,' ]\\d+)*");

    private final Path file;
    private final CsvColumns columns;
    private final int column;
    private final Names names;
    private final Map<String, Seen> seen = new LinkedHashMap<>();
    private int[] codes = new int[1024];
    private int count;

    /// What may be the name of a class.
    enum Names {
        /// Text and numbers.
        ANY,
        /// Text only: the task was inferred from text, so that a number among it is more likely a mistake.
        TEXT
    }

    /// One text: in which order it turned up, and where.
    private record Seen(int code, long firstRow) {}

    CsvLabels(Path file, CsvColumns columns, int column, Names names) {
        this.file = file;
        this.columns = columns;
        this.column = column;
        this.names = names;
    }

    /// Takes the class of a row, or refuses what cannot be the name of one.
    void add(CsvRecord row) throws FormatException {
        String text = row.getField(column).strip();
        double value = CsvNumber.parse(text);
        if (CsvNumber.isBlankWord(text) || Double.isInfinite(value)) {
            throw refused(
                    row.getStartingLineNumber(),
                    "a class name expected, found '" + text + "'. Remove the row or fill the name in.");
        }
        if (names == Names.TEXT && !Double.isNaN(value)) {
            throw refused(
                    row.getStartingLineNumber(),
                    "a class name as in the rows before expected, found the number '" + text + "'. Correct the value,"
                            + " or ask for the task CLASSIFICATION if it is a class name.");
        }
        if (names == Names.TEXT && LIKE_A_NUMBER.matcher(text).matches()) {
            throw refused(
                    row.getStartingLineNumber(),
                    "a number or the name of a class expected, found '" + text + "', which is neither. Write numbers"
                            + " with a decimal point only, as in 250000.5, or ask for the task CLASSIFICATION.");
        }
        Seen known = seen.get(text);
        if (known == null) {
            known = new Seen(seen.size(), row.getStartingLineNumber());
            if (known.code == MOST_CLASSES) {
                throw refused(
                        known.firstRow,
                        "at most " + MOST_CLASSES + " classes expected, found one more. Is this the target? For numbers"
                                + " ask for the task REGRESSION.");
            }
            seen.put(text, known);
        }
        if (count == codes.length) {
            codes = Arrays.copyOf(codes, (int) Math.min(Integer.MAX_VALUE - 8, count + (long) (count >> 1)));
        }
        codes[count++] = known.code;
    }

    /// The classes of a new model, sorted; at least two.
    CsvClasses classes() throws FormatException {
        CsvClasses classes = CsvClasses.sorted(seen.keySet());
        if (classes.names().size() < 2) {
            throw FormatException.in(
                    file,
                    "at least two classes expected in column '" + columns.name(column) + "', found " + classes.names()
                            + " only. Choose another target or give rows of other classes.");
        }
        return classes;
    }

    /// Class numbers by these classes; a text that is none of them is refused with the row where it first stands.
    Rows rows(CsvClasses classes) throws FormatException {
        int[] number = new int[seen.size()];
        for (Map.Entry<String, Seen> entry : seen.entrySet()) {
            int found = classes.number(entry.getKey());
            if (found < 0) {
                throw refused(
                        entry.getValue().firstRow,
                        "one of the model's classes " + classes.names() + " expected, found '" + entry.getKey()
                                + "'. Remove such rows or train with them.");
            }
            number[entry.getValue().code] = found;
        }
        int[] labels = new int[count];
        for (int row = 0; row < count; row++) {
            labels[row] = number[codes[row]];
        }
        return Rows.ofLabels(labels);
    }

    private FormatException refused(long row, String problem) {
        return FormatException.in(file, row, columns.name(column), problem);
    }
}
