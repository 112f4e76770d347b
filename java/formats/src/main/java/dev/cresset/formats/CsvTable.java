package dev.cresset.formats;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A CSV file with its columns known: the header is read, or found absent, when the table is opened.
final class CsvTable implements Closeable {
    private final CsvRows rows;
    private final CsvColumns columns;
    private final CsvRecord first;

    /// Who takes the rows of data.
    interface Taker {
        void take(CsvRecord row) throws FormatException;
    }

    private CsvTable(CsvRows rows, CsvColumns columns, CsvRecord first) {
        this.rows = rows;
        this.columns = columns;
        this.first = first;
    }

    /// @param wanted the feature names of a model, or an empty list
    static CsvTable open(Path file, CsvOptions options, List<String> wanted) throws IOException {
        CsvRows rows = CsvRows.open(file, options.separator());
        try {
            CsvRecord first = rows.next();
            if (first == null) {
                throw FormatException.in(file, "the file is empty. At least one row of data is needed.");
            }
            boolean header =
                    switch (options.header()) {
                        case PRESENT -> true;
                        case ABSENT -> false;
                        case AUTO -> isHeader(file, first, options.targets(), wanted);
                    };
            if (!header) {
                return new CsvTable(rows, CsvColumns.unnamed(file, first.getFieldCount()), first);
            }
            CsvColumns columns = CsvColumns.named(file, first);
            CsvRecord second = rows.next();
            if (second == null) {
                throw FormatException.in(file, "only a header row found. At least one row of data is needed.");
            }
            return new CsvTable(rows, columns, second);
        } catch (IOException | RuntimeException problem) {
            rows.close();
            throw problem;
        }
    }

    CsvColumns columns() {
        return columns;
    }

    /// The first row of data.
    CsvRecord first() {
        return first;
    }

    /// Hands every row of data, from the first on, to both takers. Once for a table.
    void readInto(Taker features, Taker targets) throws IOException {
        for (CsvRecord row = first; row != null; row = rows.next()) {
            features.take(row);
            targets.take(row);
        }
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }

    private static boolean isHeader(Path file, CsvRecord first, List<String> targets, List<String> wanted)
            throws FormatException {
        List<String> fields = first.getFields().stream().map(String::strip).toList();
        Set<String> names = new HashSet<>(fields);
        if (!wanted.isEmpty() && names.containsAll(wanted)) {
            return true;
        }
        List<String> targetNames =
                targets.stream().filter(target -> !CsvColumns.isNumber(target)).toList();
        if (!Collections.disjoint(names, targetNames)) {
            return true;
        }
        String word = null;
        String number = null;
        for (int column = 0; column < fields.size(); column++) {
            String field = fields.get(column);
            boolean target = targets.isEmpty() ? column == fields.size() - 1 : targets.contains(String.valueOf(column));
            // A target may hold text and still be data. A row as wide as the model's features has no target in it;
            // a row of one field has none either, but perhaps another separator.
            boolean mayHoldText = target && fields.size() != wanted.size() && fields.size() > 1;
            if (mayHoldText || CsvNumber.isBlankWord(field)) {
                continue;
            }
            if (Double.isNaN(CsvNumber.parse(field))) {
                word = field;
            } else {
                number = field;
            }
        }
        if (word != null && number != null) {
            throw FormatException.in(
                    file,
                    first.getStartingLineNumber(),
                    "either column names or numbers expected, found '" + word + "' and '" + number
                            + "'. Say whether this row is a header (PRESENT or ABSENT).");
        }
        return word != null;
    }
}
