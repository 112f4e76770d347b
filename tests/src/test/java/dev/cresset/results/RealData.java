package dev.cresset.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cresset.app.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds the data and runs `cresset train` on it.
final class RealData {
    private RealData() {}

    /// The file or folder of this name in the folder of shared data; the test skips where there is none.
    static Path find(String name) {
        Path path = Path.of(System.getProperty("cresset.shared", "none"), "data", name);
        assumeTrue(Files.exists(path), "the data " + name + " is not on this machine");
        return path;
    }

    /// Runs `train --json` with these options.
    ///
    /// @return the figures of its last line
    static JsonObject train(Path data, Path out, String... options) {
        List<String> args = new ArrayList<>(List.of("train", "--json", "--data", data.toString(), "--out"));
        args.add(out.toString());
        args.addAll(List.of(options));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(text, true, StandardCharsets.UTF_8);
        assertEquals(
                0, Main.run(args.toArray(String[]::new), print, print), () -> text.toString(StandardCharsets.UTF_8));
        String last = text.toString(StandardCharsets.UTF_8).strip().lines().reduce("", (first, second) -> second);
        return JsonParser.parseString(last).getAsJsonObject();
    }
}
