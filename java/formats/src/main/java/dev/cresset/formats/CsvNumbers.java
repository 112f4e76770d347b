package dev.cresset.formats;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.cresset.data.Rows;
import java.nio.file.Path;

/// Columns of finite numbers, collected row by row: features, and the targets of a regression.
final class CsvNumbers {
    private final Path file;
    private final CsvColumns columns;
    private final int[] chosen;
    private final String advice;
    private final CsvDoubles values = new CsvDoubles();

    /// @param chosen the numbers of the columns, in the order that the rows will have
    /// @param advice what to add to the error for text where a number should be; may be empty
    CsvNumbers(Path file, CsvColumns columns, int[] chosen, String advice) {
        this.file = file;
        this.columns = columns;
        this.chosen = chosen;
        this.advice = advice;
    }

    /// Takes the chosen fields of a row, or refuses one that is not a finite number.
    void add(CsvRecord row) throws FormatException {
        for (int column : chosen) {
            String field = row.getField(column);
            double value = CsvNumber.parse(field);
            if (!Double.isFinite(value)) {
                String hint = CsvNumber.isBlankWord(field) || !Double.isNaN(value) ? "" : advice;
                throw FormatException.in(
                        file, row.getStartingLineNumber(), columns.name(column), CsvNumber.complaint(field) + hint);
            }
            if (!values.add(value)) {
                throw FormatException.in(
                        file,
                        row.getStartingLineNumber(),
                        "more than " + values.count() + " values are too many for one array. Use a part of the file.");
            }
        }
    }

    /// All rows so far. Add nothing afterwards.
    Rows rows() {
        int count = values.count() / chosen.length;
        return Rows.wrap(count, chosen.length, values.release());
    }
}
