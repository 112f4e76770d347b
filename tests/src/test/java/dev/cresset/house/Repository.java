package dev.cresset.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The files of this repository, as the house rules see them: no build output, nothing of Git or of an editor.
final class Repository {
    private static final Set<String> NOT_OURS = Set.of("target", "out", "build", "node_modules", "__pycache__");
    private static final Set<String> HIDDEN_BUT_OURS = Set.of(".mvn", ".ci", ".github");

    private final Path root;
    private final List<Path> files;

    private Repository(Path root, List<Path> files) {
        this.root = root;
        this.files = files;
    }

    /// The repository that Surefire names in the property `cresset.root`; in an IDE, the folder above with `mvnw`.
    static Repository open() {
        String named = System.getProperty("cresset.root");
        Path root = Path.of(named == null ? "" : named).toAbsolutePath().normalize();
        while (named == null && root != null && !Files.exists(root.resolve("mvnw"))) {
            root = root.getParent();
        }
        if (root == null || !Files.exists(root.resolve("pom.xml"))) {
            throw new IllegalStateException("the repository's root was not found: set -Dcresset.root to it");
        }
        return new Repository(root, walk(root));
    }

    Path root() {
        return root;
    }

    /// The file's path from the root, with `/` on every system.
    String name(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    List<Path> javaFiles() {
        return files.stream().filter(file -> file.toString().endsWith(".java")).toList();
    }

    /// Java sources that ship: those under a `src/main`.
    List<Path> mainSources() {
        return javaFiles().stream()
                .filter(file -> name(file).contains("/src/main/"))
                .toList();
    }

    List<Path> coreSources() {
        return javaFiles().stream()
                .filter(file -> name(file).startsWith("java/core/src/main/"))
                .toList();
    }

    /// Every file that is text, by holding no zero byte in its first 8000.
    List<Path> textFiles() {
        return files.stream().filter(Repository::isText).toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " as UTF-8", e);
        }
    }

    private static boolean isText(Path file) {
        try (var in = Files.newInputStream(file)) {
            for (byte b : in.readNBytes(8000)) {
                if (b == 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> walk(Path root) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    String name = folder.getFileName().toString();
                    boolean hidden = name.startsWith(".") && !HIDDEN_BUT_OURS.contains(name);
                    boolean skipped = !folder.equals(root) && (hidden || isOutput(folder, name));
                    return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the files under " + root, e);
        }
        found.sort(null);
        return List.copyOf(found);
    }

    /// A package may be called `build`; only folders outside a `src` are output.
    private static boolean isOutput(Path folder, String name) {
        if (!NOT_OURS.contains(name)) {
            return false;
        }
        for (Path part : folder) {
            if (part.toString().equals("src")) {
                return false;
            }
        }
        return true;
    }
}
