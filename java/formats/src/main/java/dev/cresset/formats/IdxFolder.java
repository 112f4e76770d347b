package dev.cresset.formats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The one picture file and the one label file of a folder, found by their names.
///
/// @param images the file `*-images-idx3-ubyte` or `*-images-idx3-ubyte.gz`
/// @param labels the file `*-labels-idx1-ubyte` or `*-labels-idx1-ubyte.gz`
record IdxFolder(Path images, Path labels) {
    static IdxFolder of(Path folder) throws IOException {
        return new IdxFolder(only(folder, "-images-idx3-ubyte"), only(folder, "-labels-idx1-ubyte"));
    }

    private static Path only(Path folder, String ending) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.endsWith(ending) || name.endsWith(ending + ".gz");
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
