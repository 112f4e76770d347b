package dev.cresset.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What another library's program said about one workload in one precision.
///
/// @param name of the library, with its version
/// @param seconds of a step, by mode
/// @param losses of the first steps, by precision, `fp64` among them
/// @param trouble what did not work, in its words; empty if all did
record PeerResult(String name, Map<String, Double> seconds, Map<String, List<Double>> losses, String trouble) {
    static final PeerResult NONE = new PeerResult("", Map.of(), Map.of(), "");

    private static final Set<String> EAGER = Set.of("eager", "eager-fused");
    private static final Set<String> GRAPH = Set.of("graph", "graphN");

    /// A mode and its seconds by step.
    record Mode(String name, double seconds) {}

    /// Reads the program's lines: a JSON object each, or words for people, which start with `#`.
    ///
    /// @param precision in the program's words; timings of others are not taken
    static PeerResult read(List<String> lines, Workload workload, String precision) {
        String name = "";
        Map<String, Double> seconds = new LinkedHashMap<>();
        Map<String, List<Double>> losses = new LinkedHashMap<>();
        List<String> trouble = new ArrayList<>();
        for (String line : lines) {
            if (!line.startsWith("{")) {
                continue;
            }
            try {
                JsonObject json = JsonParser.parseString(line).getAsJsonObject();
                if (json.has("error") || json.has("skipped")) {
                    trouble.add(text(json, "mode", text(json, "task", "it")) + ": "
                            + text(json, "error", text(json, "skipped", "")));
                } else if (isAbout(json, workload) && json.has("step_us")) {
                    if (text(json, "precision", "").equals(precision)) {
                        name = text(json, "peer", "peer");
                        seconds.put(
                                text(json, "mode", "step"), json.get("step_us").getAsDouble() * 1e-6);
                    }
                } else if (isAbout(json, workload) && json.has("losses")) {
                    List<Double> values = new ArrayList<>();
                    for (JsonElement loss : json.getAsJsonArray("losses")) {
                        values.add(loss.getAsDouble());
                    }
                    losses.put(text(json, "precision", ""), values);
                }
            } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
                trouble.add("a line that cannot be read: " + line.substring(0, Math.min(80, line.length())));
            }
        }
        return new PeerResult(name, seconds, losses, String.join("; ", trouble));
    }

    private static boolean isAbout(JsonObject json, Workload workload) {
        return text(json, "workload", "").equals(workload.name())
                && text(json, "batch", "").equals(Integer.toString(workload.batch()));
    }

    private static String text(JsonObject json, String name, String otherwise) {
        return json.has(name) ? json.get(name).getAsString() : otherwise;
    }

    PeerResult withTrouble(String more) {
        return new PeerResult(name, seconds, losses, trouble.isEmpty() ? more : more + "; " + trouble);
    }

    /// The faster of its steps without a graph and without a compiler.
    Optional<Mode> eager() {
        return fastest(EAGER);
    }

    /// The faster of its captured steps without a compiler.
    Optional<Mode> graph() {
        return fastest(GRAPH);
    }

    /// The fastest of all.
    Optional<Mode> best() {
        return fastest(seconds.keySet());
    }

    private Optional<Mode> fastest(Set<String> modes) {
        return seconds.entrySet().stream()
                .filter(entry -> modes.contains(entry.getKey()))
                .min(Comparator.comparingDouble(Map.Entry::getValue))
                .map(entry -> new Mode(entry.getKey(), entry.getValue()));
    }
}
