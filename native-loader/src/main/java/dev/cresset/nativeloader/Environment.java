package dev.cresset.nativeloader;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What the places of libraries depend on: properties, environment variables, and the folders of the file system.
///
/// @param properties gives null for what is not set
/// @param variables gives null for what is not set
/// @param root what the file system's `/` is
record Environment(UnaryOperator<String> properties, UnaryOperator<String> variables, Path root) {
    /// Those of this process.
    static Environment current() {
        return new Environment(System::getProperty, System::getenv, Path.of("/"));
    }

    /// The value of a system property; not if it is blank.
    Optional<String> property(String name) {
        return set(properties.apply(name));
    }

    /// The value of an environment variable; not if it is blank.
    Optional<String> variable(String name) {
        return set(variables.apply(name));
    }

    private static Optional<String> set(String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    /// The folder that a variable names, if it is set to an absolute path.
    Optional<Path> folder(String variable) {
        return variable(variable).flatMap(Environment::absolute);
    }

    /// The folders that a variable lists. Empty and relative entries mean the folder that the program happens to run
    /// in, and are left out.
    List<Path> folders(String variable) {
        return variable(variable).stream()
                .flatMap(text -> Arrays.stream(text.split(File.pathSeparator)))
                .flatMap(entry -> absolute(entry).stream())
                .distinct()
                .toList();
    }

    /// This user's own folder, if there is one.
    Optional<Path> home() {
        return property("user.home").flatMap(Environment::absolute);
    }

    /// An absolute path of the file system, such as `/usr/local`.
    Path at(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    /// The folders in `parent` whose names match a glob, the highest version number first; none if there are none.
    static List<Path> matching(Path parent, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, glob)) {
            entries.forEach(entry -> {
                if (Files.isDirectory(entry)) {
                    found.add(entry);
                }
            });
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        found.sort((one, other) -> VersionOrder.compare(
                other.getFileName().toString(), one.getFileName().toString()));
        return found;
    }

    private static Optional<Path> absolute(String text) {
        try {
            return Optional.of(Path.of(text.strip())).filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
