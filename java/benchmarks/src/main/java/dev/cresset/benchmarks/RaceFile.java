package dev.cresset.benchmarks;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Where the figures of a race are written, as JSON; a number that is not finite is null.
record RaceFile(Path path) {
    /// One that can be written to: said before the race, since afterwards its figures would be lost.
    ///
    /// @throws IllegalArgumentException if it cannot; the message is a line for the user
    static RaceFile named(String name) {
        Path path = Path.of(name).toAbsolutePath();
        Path folder = path.getParent();
        if (folder == null || Files.isDirectory(path)) {
            throw RaceOptions.refusal(RaceKey.JSON, "a file and no folder", name);
        }
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    RaceKey.JSON.word() + ": a file in a folder that exists expected, found '" + name
                            + "': there is no folder " + folder + ".");
        }
        if (!isWritable(path)) {
            throw RaceOptions.refusal(RaceKey.JSON, "a file that can be written", name);
        }
        return new RaceFile(path);
    }

    /// A file that is not there yet is tried, since the rights of its folder do not tell all.
    private static boolean isWritable(Path path) {
        if (Files.exists(path)) {
            return Files.isWritable(path);
        }
        try {
            Files.delete(Files.createFile(path));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void write(List<Map<String, Object>> rows) throws IOException {
        // A contestant that failed has no figures, and Gson has no NaN.
        JsonSerializer<Double> finite =
                (number, _, _) -> Double.isFinite(number) ? new JsonPrimitive(number) : JsonNull.INSTANCE;
        String json = new GsonBuilder()
                .setPrettyPrinting()
                .serializeNulls()
                .registerTypeAdapter(Double.class, finite)
                .create()
                .toJson(rows);
        Files.writeString(path, json + "\n");
    }
}
