package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the command line says in place of a library's words is said by the library still.
class UserWordsTest {
    @Test
    void eachOfTheWordsIsInAMessage() throws IOException {
        TreeSet<String> missing = new TreeSet<>(UserWords.OPTIONS.keySet());
        Path root = Path.of(System.getProperty("cresset.root", ".."));
        for (String module : new String[] {"java/core", "java/formats", "native-loader"}) {
            Path sources = root.resolve(module).resolve("src/main/java");
            assertTrue(Files.isDirectory(sources), sources.toString());
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                    String messages = messages(file);
                    missing.removeIf(messages::contains);
                });
            }
        }
        assertEquals(new TreeSet<>(), missing);
    }

    /// The text of a source without comments, its strings put together.
    private static String messages(Path file) {
        try {
            return Files.readString(file).replaceAll("//[^\n]*", "").replaceAll("\"\\s*\\+\\s*\"", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
