package dev.cresset.formats;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Writes a table as CSV (RFC 4180, UTF-8, a line feed behind each row), row by row. The file appears whole, by
/// [#commit()], or not at all.
public final class CsvTableWriter implements Closeable {
    private final ReplacedFile file;
    private final BufferedWriter text;
    private final CsvWriter csv;
    private final int width;

    /// Begins the file with a header row.
    ///
    /// @throws IOException if the folder is missing or the file cannot be written
    public CsvTableWriter(Path file, List<String> columns) throws IOException {
        this.file = new ReplacedFile(file);
        this.text = new BufferedWriter(Channels.newWriter(this.file.channel(), StandardCharsets.UTF_8));
        this.csv = CsvWriter.builder()
                .lineDelimiter(de.siegmar.fastcsv.writer.LineDelimiter.LF)
                .build(text);
        this.width = columns.size();
        row(columns);
    }

    /// Writes a row.
    ///
    /// @throws IllegalArgumentException unless it has a field for each column
    /// @throws IOException              if it cannot be written
    public void row(List<String> fields) throws IOException {
        if (fields.size() != width) {
            throw new IllegalArgumentException(
                    "CSV table: " + width + " fields expected, found " + fields.size() + ".");
        }
        try {
            csv.writeRecord(fields);
        } catch (UncheckedIOException problem) {
            throw problem.getCause();
        }
    }

    /// Gives the file its place and name. Write nothing afterwards.
    public void commit() throws IOException {
        try {
            csv.flush();
        } catch (UncheckedIOException problem) {
            throw problem.getCause();
        }
        text.flush();
        file.commit();
    }

    /// Without [#commit()] before it, nothing is left of the file.
    @Override
    public void close() throws IOException {
        file.close();
    }
}
