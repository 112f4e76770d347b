package dev.cresset.gpucheck;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The check's result, for people and for programs. It says what it was made on, and never calls the stand-in a GPU.
///
/// @param planned how many steps there are in all; while fewer have an outcome, the check is going on
/// @param hidden what is written in place of folders of this machine
record Report(Machine machine, Instant date, int planned, List<Outcome> outcomes, Map<String, String> hidden) {
    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("report.md"), markdown());
        Files.writeString(
                folder.resolve("report.json"),
                new GsonBuilder()
                                .setPrettyPrinting()
                                .disableHtmlEscaping()
                                .create()
                                .toJson(json()) + "\n");
    }

    /// One line: whether everything passed, or what did not.
    String verdict() {
        String wrong = outcomes.stream()
                .filter(outcome -> !outcome.counts())
                .map(outcome -> outcome.step().name() + " " + outcome.state().words())
                .collect(Collectors.joining(", "));
        long passed = outcomes.stream()
                .filter(outcome -> outcome.state() == Outcome.State.PASSED)
                .count();
        String steps = passed + " of " + planned + " steps passed";
        String absent = outcomes.stream()
                .filter(outcome -> outcome.state() == Outcome.State.ABSENT)
                .map(outcome -> outcome.step().name())
                .collect(Collectors.joining(", "));
        return (isComplete() ? "" : "Cut off: ")
                + steps
                + (wrong.isEmpty() ? "" : "; " + wrong)
                + (absent.isEmpty() ? "" : "; absent: " + absent)
                + (machine.standIn() ? "; on the stand-in driver, which is no GPU" : "");
    }

    boolean passed() {
        return isComplete()
                && outcomes.stream().allMatch(Outcome::counts)
                && outcomes.stream().anyMatch(outcome -> outcome.state() == Outcome.State.PASSED);
    }

    private boolean isComplete() {
        return outcomes.size() == planned;
    }

    private String title() {
        if (machine.standIn()) {
            return "Check on the stand-in driver (no GPU)";
        }
        return machine.gpu().isEmpty() ? "GPU check without a GPU" : "GPU check: " + machine.gpu();
    }

    private String markdown() {
        StringBuilder text = new StringBuilder("# " + title() + "\n\n" + verdict() + ".\n\n| | |\n|---|---|\n");
        text.append("| date | ").append(day()).append(" |\n");
        machine.facts().forEach((name, fact) -> text.append("| %s | %s |\n".formatted(name, cell(fact))));
        text.append("\n| step | result | seconds | figures |\n|---|---|---|---|\n");
        for (Outcome outcome : outcomes) {
            text.append("| %s | %s | %.1f | %s |\n"
                    .formatted(
                            outcome.step().name(), outcome.state().words(), outcome.seconds(), cell(figures(outcome))));
        }
        outcomes.forEach(outcome -> text.append(section(outcome)));
        return text.toString();
    }

    private String section(Outcome outcome) {
        StringBuilder text = new StringBuilder(
                "\n## " + outcome.step().name() + ": " + outcome.state().words() + "\n\n");
        text.append("Shows: ").append(outcome.step().purpose()).append(".\n");
        if (!outcome.note().isEmpty()) {
            text.append("\n").append(hide(outcome.note())).append("\n");
        }
        if (!outcome.step().command().isEmpty()) {
            text.append("\n```\n$ ").append(command(outcome)).append("\n");
            text.append(hide(outcome.tail()).replace("```", "'''")).append("\n```\n");
        }
        return text.toString();
    }

    private JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("title", title());
        json.addProperty("date", day());
        json.addProperty("passed", passed());
        json.addProperty("complete", isComplete());
        json.addProperty("verdict", verdict());
        json.addProperty("stand_in", machine.standIn());
        json.addProperty("gpu", machine.standIn() || machine.gpu().isEmpty() ? null : machine.gpu());
        JsonObject facts = new JsonObject();
        machine.facts().forEach((name, fact) -> facts.addProperty(name, hide(fact)));
        json.add("machine", facts);
        JsonArray steps = new JsonArray();
        outcomes.forEach(outcome -> steps.add(json(outcome)));
        json.add("steps", steps);
        return json;
    }

    private JsonObject json(Outcome outcome) {
        JsonObject json = new JsonObject();
        json.addProperty("name", outcome.step().name());
        json.addProperty("purpose", outcome.step().purpose());
        json.addProperty("state", outcome.state().name().toLowerCase(Locale.ROOT));
        json.addProperty("command", command(outcome));
        json.addProperty("exit_code", outcome.code());
        json.addProperty("seconds", outcome.seconds());
        json.add("figures", new GsonBuilder().create().toJsonTree(outcome.figures()));
        json.addProperty("note", hide(outcome.note()));
        json.addProperty("tail", hide(outcome.tail()));
        return json;
    }

    private static String figures(Outcome outcome) {
        return outcome.figures().isEmpty()
                ? outcome.note()
                : outcome.figures().entrySet().stream()
                        .map(figure -> figure.getKey() + " " + figure.getValue())
                        .collect(Collectors.joining(", "));
    }

    private String command(Outcome outcome) {
        return hide(String.join(" ", outcome.step().command()));
    }

    private String cell(String text) {
        return hide(text).replace("|", "\\|").replaceAll("\\R", "<br>");
    }

    private String hide(String text) {
        String hiding = text;
        for (Map.Entry<String, String> folder : hidden.entrySet()) {
            hiding = hiding.replace(folder.getKey(), folder.getValue());
        }
        return hiding;
    }

    private String day() {
        return date.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
