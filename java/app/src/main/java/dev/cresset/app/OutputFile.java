package dev.cresset.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a result will be written.
final class OutputFile {
    private OutputFile() {}

    /// Refuses a place that cannot be written to, before the work begins rather than after it.
    static void require(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null) {
            throw new IOException(file + ": this is a folder. Name a file in it.");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(file + ": there is no folder " + folder + ". Create it, or choose another one.");
        }
        if (!Files.isWritable(folder)) {
            throw new IOException(file + ": no permission to write to " + folder + ". Choose another folder.");
        }
    }
}
