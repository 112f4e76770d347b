package dev.cresset.formats;

import java.io.IOException;
import java.nio.file.Path;

/// A file whose content is not what was expected. The message names the file and, where there is one, the row and
/// the column, says what was expected and found, and what to do.
public final class FormatException extends IOException {
    private FormatException(String message) {
        super(message);
    }

    /// About a file as a whole.
    static FormatException in(Path file, String problem) {
        return new FormatException(file + ": " + problem);
    }

    /// About one row; rows are lines of the file, numbered from 1.
    static FormatException in(Path file, long row, String problem) {
        return new FormatException(file + ", row " + row + ": " + problem);
    }

    /// About one value.
    static FormatException in(Path file, long row, String column, String problem) {
        return new FormatException(file + ", row " + row + ", column '" + column + "': " + problem);
    }

    /// Keeps the cause, for damage that another library found.
    FormatException causedBy(Throwable cause) {
        initCause(cause);
        return this;
    }
}
