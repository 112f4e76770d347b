package dev.cresset.gpucheck;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is read from the output of each kind of step.
final class Readings {
    private static final Pattern TESTS =
            Pattern.compile("(?m)^gpu tests: (\\d+) passed, (\\d+) failed, (\\d+) skipped$");
    private static final Pattern SUMMARY = Pattern.compile("(?m)^=+ *((?:ERROR|RACECHECK) SUMMARY: (\\d+) .*)$");

    private static final Pattern BENCH = Pattern.compile("(?m)^bench: (\\d+) of (\\d+) rows run, .*$");

    private static final Pattern ROWS = Pattern.compile("(?m)^data +(\\d+) rows.*; all to train$");

    /// Of a run on data as easy as [SampleDigits]; untrained it is 2.3.
    private static final double LEARNED = 0.5;

    private static final int LONGEST = 300;
    private static final int MOST_NAMED = 10;

    private Readings() {}

    /// The last line is the verdict.
    static Step.Reading doctor() {
        return output -> {
            String verdict = output.strip().lines().reduce("", (before, line) -> line);
            if (!verdict.startsWith("Ready: ")) {
                throw new Step.Unexpected("The last line is not 'Ready: ...' but '" + verdict + "'.");
            }
            return Map.of("verdict", verdict);
        };
    }

    static Step.Reading tests() {
        return output -> {
            Matcher line = TESTS.matcher(output);
            if (!line.find()) {
                throw new Step.Unexpected("The tests did not come to their end.");
            }
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("passed", Integer.parseInt(line.group(1)));
            figures.put("failed", Integer.parseInt(line.group(2)));
            figures.put("skipped", Integer.parseInt(line.group(3)));
            List<String> leftOut =
                    output.lines().filter(each -> each.startsWith("left out: ")).toList();
            List<String> wrong = output.lines()
                    .filter(each -> each.startsWith("FAILED ") || each.startsWith("SKIPPED "))
                    .map(each -> each.length() > LONGEST ? each.substring(0, LONGEST) + "..." : each)
                    .toList();
            if (!wrong.isEmpty()) {
                figures.put("wrong", String.join("\n", wrong.subList(0, Math.min(MOST_NAMED, wrong.size()))));
            }
            if (!leftOut.isEmpty()) {
                figures.put("left_out", String.join("; ", leftOut));
            }
            return figures;
        };
    }

    /// Rows by second over all epochs, the first and its warming up included.
    static Step.Reading train() {
        return output -> {
            Matcher rows = ROWS.matcher(output);
            if (!rows.find()) {
                throw new Step.Unexpected("It did not say on how many rows it trains.");
            }
            JsonObject json = lastJson(output);
            double loss = number(json, "train_loss");
            if (!(loss < LEARNED)) {
                throw new Step.Unexpected(
                        "The loss is " + loss + " after training; it should be below " + LEARNED + ".");
            }
            double seconds = number(json, "seconds");
            Map<String, Object> figures = new LinkedHashMap<>();
            double samples = Long.parseLong(rows.group(1)) * number(json, "epochs");
            figures.put("samples_per_second", Math.round(samples / seconds));
            figures.put("train_seconds", seconds);
            figures.put("train_loss", loss);
            figures.put("device", json.get("device").getAsString());
            return figures;
        };
    }

    /// Of each row of its table that was run: what a step takes, how many times as fast as the best of the peer it is,
    /// and whether it computes well.
    static Step.Reading bench() {
        return output -> {
            Matcher verdict = BENCH.matcher(output);
            if (!verdict.find()) {
                throw new Step.Unexpected("The benchmark did not come to its end.");
            }
            if (verdict.group(1).equals("0")) {
                throw new Step.Unexpected("The benchmark ran nothing: " + verdict.group());
            }
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("verdict", verdict.group());
            List<List<String>> table = output.lines()
                    .filter(line -> line.startsWith("| "))
                    .map(line -> List.of(line.split(" *\\| *")))
                    .toList();
            List<String> columns = table.getFirst();
            for (List<String> row : table.subList(2, table.size())) {
                figures.put(
                        row.get(1) + " " + row.get(2),
                        "%s µs, %s best, %s"
                                .formatted(
                                        row.get(columns.indexOf("step µs")),
                                        row.get(columns.indexOf("× best")),
                                        row.get(columns.indexOf("gate"))));
            }
            return figures;
        };
    }

    /// Without a summary the tool saw no GPU work at all, which its exit code does not say.
    static Step.Reading sanitizer() {
        return output -> {
            List<MatchResult> summaries = SUMMARY.matcher(output).results().toList();
            if (summaries.isEmpty()) {
                throw new Step.Unexpected("compute-sanitizer printed no summary.");
            }
            long found = summaries.stream()
                    .mapToLong(summary -> Long.parseLong(summary.group(2)))
                    .sum();
            if (found > 0) {
                throw new Step.Unexpected(
                        "compute-sanitizer found: " + summaries.getLast().group(1));
            }
            return Map.of("summary", summaries.getLast().group(1));
        };
    }

    /// How many rows its tables have; they are in its output.
    static Step.Reading question() {
        return output -> {
            if (output.lines().noneMatch(line -> line.startsWith("answered: "))) {
                throw new Step.Unexpected("It did not come to its end.");
            }
            long heads = output.lines().filter(line -> line.startsWith("|---")).count();
            return Map.of(
                    "rows", output.lines().filter(line -> line.startsWith("| ")).count() - heads);
        };
    }

    /// Its table, whose lines start with `#`.
    static Step.Reading torchPeer() {
        return output -> {
            List<String> table =
                    output.lines().filter(line -> line.startsWith("#")).toList();
            if (table.isEmpty()) {
                throw new Step.Unexpected("It printed no table.");
            }
            return Map.of("table", String.join("\n", table));
        };
    }

    private static double number(JsonObject json, String name) {
        JsonElement number = json.get(name);
        if (number == null || number.isJsonNull()) {
            throw new Step.Unexpected("The figures have no " + name + ": " + json);
        }
        return number.getAsDouble();
    }

    private static JsonObject lastJson(String output) {
        String line = output.lines().filter(each -> each.startsWith("{")).reduce("", (before, each) -> each);
        try {
            if (!line.isEmpty()) {
                return JsonParser.parseString(line).getAsJsonObject();
            }
        } catch (JsonParseException e) {
            throw new Step.Unexpected("The figures are no JSON: " + e.getMessage());
        }
        throw new Step.Unexpected("It printed no figures.");
    }
}
