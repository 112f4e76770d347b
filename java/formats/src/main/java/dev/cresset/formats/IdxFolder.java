package dev.cresset.formats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A file of pictures and that of their labels, found by their names.
///
/// @param images the file `*-images-idx3-ubyte` or `*-images-idx3-ubyte.gz`
/// @param labels the file `*-labels-idx1-ubyte` or `*-labels-idx1-ubyte.gz`
record IdxFolder(Path images, Path labels) {
    private static final String IMAGES = "-images-idx3-ubyte";
    private static final String LABELS = "-labels-idx1-ubyte";
    private static final String PACKED = ".gz";

    static IdxFolder of(Path folder) throws IOException {
        return new IdxFolder(only(folder, IMAGES), only(folder, LABELS));
    }

    /// Whether a file is named as one of pictures.
    static boolean isNamedImages(Path file) {
        return nameOf(file).contains(IMAGES);
    }

    /// See [IdxReader#beside(Path)].
    static Path beside(Path images) throws FormatException {
        if (!isNamedImages(images)) {
            throw FormatException.in(
                    images,
                    "a folder, or a file of pictures named *" + IMAGES
                            + " with its labels beside it, expected. Check the path or the format.");
        }
        String labels = nameOf(images).replace(IMAGES, LABELS);
        Path beside = images.resolveSibling(labels);
        Path other = images.resolveSibling(
                labels.endsWith(PACKED) ? labels.substring(0, labels.length() - PACKED.length()) : labels + PACKED);
        return Files.exists(beside) || !Files.exists(other) ? beside : other;
    }

    private static String nameOf(Path file) {
        Path name = file.getFileName();
        return name == null ? "" : name.toString();
    }

    private static Path only(Path folder, String ending) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.endsWith(ending) || name.endsWith(ending + PACKED);
                    })
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException problem) {
            throw FormatException.in(folder, "a folder of IDX files expected, found none. Check the path.")
                    .causedBy(problem);
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        String files = found.isEmpty()
                ? "none. Fetch it, or rename what you have."
                : found.stream().map(file -> file.getFileName().toString()).toList()
                        + ". Keep one in the folder, or name both files.";
        throw FormatException.in(folder, "one file *" + ending + " or *" + ending + ".gz expected, found " + files);
    }
}
