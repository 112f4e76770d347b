package dev.cresset.formats;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The rows of a CSV file one after the other, all of one width: FastCSV behind our errors.
///
/// UTF-8, with or without a byte order mark. Blank lines are passed over, except below the first row of a file of
/// one column, where a blank line may be a missing value.
final class CsvRows implements Closeable {
    /// FastCSV's own limit of 16384 fields is too small for wide pictures; some limit keeps a file without line
    /// breaks from filling the memory.
    private static final int MOST_FIELDS = 1 << 20;

    private static final int LONGEST_FIELD = 1 << 16;
    private static final int LONGEST_RECORD = 1 << 27;

    private final Path file;
    private final de.siegmar.fastcsv.reader.CsvReader<CsvRecord> reader;
    private final CloseableIterator<CsvRecord> records;
    private int width = -1;

    private CsvRows(Path file, de.siegmar.fastcsv.reader.CsvReader<CsvRecord> reader) {
        this.file = file;
        this.reader = reader;
        this.records = reader.iterator();
    }

    static CsvRows open(Path file, char separator) throws IOException {
        if (Files.isDirectory(file)) {
            throw FormatException.in(file, "a CSV file expected, found a folder. Name a file in it.");
        }
        BufferedReader text;
        try {
            text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException missing) {
            throw FormatException.in(file, "no such file. Check the path.").causedBy(missing);
        }
        try {
            skipByteOrderMark(text);
            return new CsvRows(
                    file,
                    de.siegmar.fastcsv.reader.CsvReader.builder()
                            .fieldSeparator(separator)
                            .commentStrategy(CommentStrategy.NONE)
                            .skipEmptyLines(false)
                            // A quote left open would swallow the rest of the file as one field.
                            .allowUnclosedQuote(false)
                            // Ours says what was expected; see next().
                            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                            .build(
                                    CsvRecordHandler.of(handler -> handler.maxFields(MOST_FIELDS)
                                            .maxFieldSize(LONGEST_FIELD)
                                            .maxRecordSize(LONGEST_RECORD)),
                                    text));
        } catch (CharacterCodingException problem) {
            text.close();
            throw notUtf8(file, problem);
        } catch (IOException | RuntimeException problem) {
            text.close();
            throw problem;
        }
    }

    /// The next row, or null after the last; every row has as many fields as the first.
    @Nullable
    CsvRecord next() throws IOException {
        try {
            while (records.hasNext()) {
                CsvRecord row = records.next();
                boolean blank = row.getFieldCount() == 1 && row.getField(0).isBlank();
                if (blank && width != 1) {
                    continue;
                }
                if (width < 0) {
                    width = row.getFieldCount();
                }
                if (row.getFieldCount() != width) {
                    throw FormatException.in(
                            file,
                            row.getStartingLineNumber(),
                            width + (width == 1 ? " field" : " fields") + " expected as in the first row, found "
                                    + row.getFieldCount() + ". Check the separator and the quotes.");
                }
                return row;
            }
            return null;
        } catch (CsvParseException problem) {
            throw FormatException.in(
                            file, "not readable as CSV: " + reasons(problem) + " Check the separator and the quotes.")
                    .causedBy(problem);
        } catch (UncheckedIOException problem) {
            if (problem.getCause() instanceof CharacterCodingException) {
                throw notUtf8(file, problem);
            }
            throw problem.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private static void skipByteOrderMark(BufferedReader text) throws IOException {
        text.mark(1);
        if (text.read() != '\uFEFF') {
            text.reset();
        }
    }

    private static FormatException notUtf8(Path file, Throwable cause) {
        return FormatException.in(file, "text in UTF-8 expected, found other bytes. Save the file as UTF-8.")
                .causedBy(cause);
    }

    /// FastCSV puts the line into the outer message and the reason into the inner one.
    private static String reasons(Throwable problem) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                text.append(cause.getMessage()).append(cause.getMessage().endsWith(".") ? " " : ". ");
            }
        }
        return text.toString().strip();
    }
}
