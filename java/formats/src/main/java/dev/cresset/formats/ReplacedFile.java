package dev.cresset.formats;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// A file that appears whole or not at all: written beside its place, and moved there by [#commit()]. Closed without
/// it, nothing has changed.
final class ReplacedFile implements Closeable {
    private final Path file;
    private final Path draft;
    private final FileChannel channel;

    /// @throws IOException if the folder is missing or must not be written to, or `file` is a folder
    ReplacedFile(Path file) throws IOException {
        // Through a link, so that it goes on pointing to the file.
        this.file = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path folder = this.file.getParent();
        if (folder == null || Files.isDirectory(this.file)) {
            throw new IOException(file + ": this is a folder. Name a file in it.");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(file + ": there is no folder " + folder + ". Create it, or choose another one.");
        }
        // Not Files.createTempFile, whose files nobody else may read.
        this.draft = folder.resolve("." + this.file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            this.channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (AccessDeniedException denied) {
            throw new IOException(file + ": no permission to write to " + folder + ". Choose another folder.", denied);
        }
    }

    /// What to write to.
    FileChannel channel() {
        return channel;
    }

    /// Flushes what was written to the disk and gives it its place and name.
    void commit() throws IOException {
        channel.force(true);
        channel.close();
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException notHere) {
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(draft);
    }
}
