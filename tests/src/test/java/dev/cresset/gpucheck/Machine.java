package dev.cresset.gpucheck;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a report is about.
///
/// @param gpu its name; empty where there is none
/// @param facts by name, in the order in which a report shows them
record Machine(String gpu, boolean standIn, Map<String, String> facts) {
    private static final Pattern DRIVER = Pattern.compile("Kernel Module\\D+(\\d+\\.[\\d.]+)");

    /// Asks [MachineFacts] and nvidia-smi, each as a program of its own.
    static Machine ask(Bundle bundle, Tools tools, Runner runner) {
        Properties build = bundle.build();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("version", build.getProperty("version", "not known"));
        facts.put("commit", build.getProperty("commit", "not known"));

        Outcome seen = runner.run(Step.of(
                "facts",
                "what computes here",
                60,
                output -> Map.of("json", lastLine(output)),
                bundle.program(MachineFacts.class)));
        JsonObject json = parse(seen);
        String gpu = json.has("gpu") ? json.get("gpu").getAsString() : "";
        boolean standIn = gpu.toLowerCase(Locale.ROOT).contains("stand-in");
        facts.put(standIn ? "stand-in, no GPU" : "GPU", gpu.isEmpty() ? "none found" : gpu);
        for (String name : List.of(
                "gpus",
                "cuda",
                "cublas",
                "driver_library",
                "cublas_library",
                "kernels_nvcc",
                "kernels_source",
                "problem")) {
            if (json.has(name)) {
                facts.put(
                        name,
                        json.get(name).isJsonArray()
                                ? json.get(name).toString()
                                : json.get(name).getAsString());
            }
        }
        if (seen.state() != Outcome.State.PASSED) {
            facts.put("problem", (seen.note() + " " + seen.tail()).strip());
        }
        facts.put("driver", standIn ? "the stand-in driver" : driver());
        facts.put("nvidia-smi", standIn ? "not asked" : smi(tools, runner));
        return new Machine(gpu, standIn, facts);
    }

    private static JsonObject parse(Outcome seen) {
        try {
            return JsonParser.parseString(
                            seen.figures().getOrDefault("json", "{}").toString())
                    .getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            return new JsonObject();
        }
    }

    private static String smi(Tools tools, Runner runner) {
        Optional<Path> smi = tools.find("nvidia-smi");
        if (smi.isEmpty()) {
            return "not installed";
        }
        String query =
                "--query-gpu=name,driver_version,memory.total,power.limit,clocks.max.sm,clocks.sm,temperature.gpu";
        Outcome seen = runner.run(Step.of(
                "nvidia-smi",
                "the driver's own words",
                20,
                output -> Map.of("text", output.strip()),
                List.of(smi.get().toString(), query, "--format=csv,noheader")));
        return seen.state() == Outcome.State.PASSED
                ? seen.figures().get("text").toString()
                : (seen.note() + " " + seen.tail()).strip();
    }

    private static String driver() {
        try {
            Matcher version = DRIVER.matcher(Files.readString(Path.of("/proc/driver/nvidia/version")));
            return version.find() ? version.group(1) : "not known";
        } catch (IOException e) {
            return "not known: this system has no /proc/driver/nvidia/version";
        }
    }

    private static String lastLine(String output) {
        return output.lines().filter(line -> line.startsWith("{")).reduce("{}", (before, line) -> line);
    }
}
