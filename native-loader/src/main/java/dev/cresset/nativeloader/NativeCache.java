package dev.cresset.nativeloader;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Native files, unpacked from the class path into a folder that only this user may write, because an operating system
/// loads libraries from files only.
///
/// ```
/// <cache>/native/<fingerprint>.sums            the SHA-256 of each file of a set
/// <cache>/native/<name>-<SHA-256 of the sums>/ the files
/// ```
///
/// Every file is checked against its sum before each use, and written again where it is missing or damaged. A file is
/// written under a temporary name, synced and then moved, so another process sees all of it or nothing, and any number
/// of processes may do so at once.
final class NativeCache {
    private final Path root;

    /// @param root the folder of everything that Cresset caches; made when first needed
    NativeCache(Path root) {
        this.root = root;
    }

    /// The folder that now holds exactly these files.
    ///
    /// @throws NativeLibraryException if the files are not on the class path, or the folder cannot be used
    Path unpack(NativeFiles files) {
        Path folder = root.resolve("native");
        try {
            PrivateFolder.require(root);
            PrivateFolder.require(folder);
            Path sumsFile = folder.resolve(files.fingerprint() + ".sums");
            Sums sums = Sums.read(sumsFile, files);
            if (sums == null || !unpacked(folder, files, sums)) {
                sums = Sums.of(files);
                write(sumsFile, sums.text());
                if (!unpacked(folder, files, sums)) {
                    throw new IOException("the files of " + files.name() + " change while they are being unpacked");
                }
            }
            return home(folder, files, sums);
        } catch (IOException e) {
            throw new NativeLibraryException(
                    "The native files of " + files.name() + " could not be unpacked to " + folder + ": " + e + ". "
                            + CacheFolder.REMEDY,
                    e);
        }
    }

    private static Path home(Path folder, NativeFiles files, Sums sums) {
        return folder.resolve(files.name() + "-" + Digest.of(sums.text()));
    }

    /// Whether all files are in place in the end; false if the class path no longer has what the sums say.
    private static boolean unpacked(Path folder, NativeFiles files, Sums sums) throws IOException {
        Path home = home(folder, files, sums);
        PrivateFolder.require(home);
        for (String file : files.files()) {
            Path target = home.resolve(file);
            if (!holds(target, sums.of(file)) && !write(files, file, target, sums.of(file))) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Path file, String sum) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Digest.of(in).equals(sum);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean write(NativeFiles files, String file, Path target, String sum) throws IOException {
        Path temporary = Files.createTempFile(target.getParent(), file, ".tmp");
        try {
            try (InputStream in = files.open(file);
                    FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                if (!Digest.whileCopying(in, out).equals(sum)) {
                    return false;
                }
                out.getFD().sync();
            }
            move(temporary, target, sum);
            return true;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(Path target, String text) throws IOException {
        Path temporary = Files.createTempFile(target.getParent(), "sums", ".tmp");
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void move(Path temporary, Path target, String sum) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (IOException e) {
            // Windows does not replace a library that another process has loaded; then the other's is as good.
            if (!holds(target, sum)) {
                throw e;
            }
        }
    }
}
