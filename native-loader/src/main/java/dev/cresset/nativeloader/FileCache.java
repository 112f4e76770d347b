package dev.cresset.nativeloader;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Contents that are costly to make, kept between runs under a key, in a folder that only this user may write.
///
/// ```
/// <cache>/<name>/<SHA-256 of the key>     SHA-256 of key and contents in hexadecimal, a line feed, the contents
/// ```
///
/// What is there is checked at each use and made again where it is missing, damaged or another key's. A file is written
/// under a temporary name, synced and then moved, so any number of threads and processes may do so at once. A cache
/// that cannot be used costs time, not the run: contents are then made each time, and the log says why.
public final class FileCache {
    private static final int HEADER = 65;

    private final @Nullable Path folder;

    /// @param name a folder's name under the cache of this user, such as `cubin`
    public FileCache(String name) {
        this(chosen(name));
    }

    /// @param folder where it lies; null: nowhere, so nothing is kept
    FileCache(@Nullable Path folder) {
        this.folder = folder;
    }

    private static @Nullable Path chosen(String name) {
        try {
            return CacheFolder.chosen().resolve(name);
        } catch (NativeLibraryException e) {
            warn(e.getMessage());
            return null;
        }
    }

    /// The contents under a key, from the cache or from `make`.
    ///
    /// @param key names everything that the contents depend on; any text
    public byte[] get(String key, Supplier<byte[]> make) {
        Path file = file(key);
        byte[] kept = file == null ? null : read(file, key);
        if (kept != null) {
            return kept;
        }
        byte[] made = make.get();
        if (file != null) {
            write(file, key, made);
        }
        return made;
    }

    private @Nullable Path file(String key) {
        if (folder == null) {
            return null;
        }
        try {
            PrivateFolder.require(folder.toAbsolutePath().getParent());
            PrivateFolder.require(folder);
            return folder.resolve(Digest.of(key));
        } catch (IOException e) {
            warn(folder + " cannot be used: " + e + ". " + CacheFolder.REMEDY);
            return null;
        }
    }

    private static byte @Nullable [] read(Path file, String key) {
        try {
            byte[] all = Files.readAllBytes(file);
            byte[] contents = all.length < HEADER ? new byte[0] : Arrays.copyOfRange(all, HEADER, all.length);
            return Arrays.mismatch(header(key, contents), Arrays.copyOf(all, HEADER)) < 0 ? contents : null;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            warn(file + " cannot be read: " + e);
            return null;
        }
    }

    private static void write(Path file, String key, byte[] contents) {
        try {
            Path temporary = Files.createTempFile(file.getParent(), "made", ".tmp");
            try {
                try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                    out.write(header(key, contents));
                    out.write(contents);
                    out.getFD().sync();
                }
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            warn(file + " cannot be written: " + e + ". " + CacheFolder.REMEDY);
        }
    }

    private static byte[] header(String key, byte[] contents) {
        return (Digest.of(Digest.of(key) + Digest.of(contents)) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void warn(String text) {
        logger().warn("Nothing is kept for the next run: {}", text);
    }

    private static Logger logger() {
        return LoggerFactory.getLogger(FileCache.class);
    }
}
