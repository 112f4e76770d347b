package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// A run of the command line in this program: its exit code and what it printed.
public record Cli(int code, String out, String err) {
    /// Arguments may be texts, numbers and paths.
    public static Cli run(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        int code = Main.run(
                texts,
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8));
        return new Cli(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// The same, with `--json`: the last line of standard output, read.
    static JsonObject json(Object... arguments) {
        Object[] more = Arrays.copyOf(arguments, arguments.length + 1);
        more[arguments.length] = "--json";
        Cli run = run(more).requireCode(0);
        List<String> lines = run.out().lines().toList();
        assertEquals(1, lines.size(), run.out());
        return JsonParser.parseString(lines.getLast()).getAsJsonObject();
    }

    public Cli requireCode(int expected) {
        assertEquals(expected, code, () -> "out:\n" + out + "\nerr:\n" + err);
        return this;
    }

    /// Failed with one line on standard error that says so, and without a stack trace.
    void fails(int expected, String... parts) {
        requireCode(expected);
        List<String> lines =
                err.lines().filter(line -> line.startsWith("cresset: ")).toList();
        assertEquals(1, lines.size(), err);
        for (String part : parts) {
            assertTrue(lines.getFirst().contains(part), "'" + part + "' expected in: " + lines.getFirst());
        }
        assertFalse(err.contains("\tat ") || err.contains("    at ") || err.contains("Exception"), err);
    }
}
