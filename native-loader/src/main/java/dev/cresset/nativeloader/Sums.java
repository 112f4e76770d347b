package dev.cresset.nativeloader;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The SHA-256 of each file of a set, as `sha256sum` writes and reads them: digits, two spaces, name.
record Sums(Map<String, String> byFile) {
    private static final int DIGITS = 64;

    String of(String file) {
        String sum = byFile.get(file);
        if (sum == null) {
            throw new IllegalArgumentException("There is no sum of " + file + ", only of " + byFile.keySet() + ".");
        }
        return sum;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        byFile.forEach((file, sum) -> text.append(sum).append("  ").append(file).append('\n'));
        return text.toString();
    }

    /// The sums of the files as they are on the class path; unpacks all of them.
    static Sums of(NativeFiles files) throws IOException {
        Map<String, String> sums = new LinkedHashMap<>();
        for (String file : files.files()) {
            try (InputStream in = files.open(file)) {
                sums.put(file, Digest.of(in));
            }
        }
        return new Sums(sums);
    }

    /// The sums noted in a file, or null if there is none or it is not one of exactly these files.
    static @Nullable Sums read(Path file, NativeFiles files) throws IOException {
        Map<String, String> sums = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.matches("[0-9a-f]{" + DIGITS + "}  \\S+")) {
                    return null;
                }
                sums.put(line.substring(DIGITS + 2), line.substring(0, DIGITS));
            }
        } catch (NoSuchFileException | MalformedInputException e) {
            return null;
        }
        return List.copyOf(sums.keySet()).equals(files.files()) ? new Sums(sums) : null;
    }
}
