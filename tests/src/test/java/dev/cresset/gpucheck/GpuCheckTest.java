package dev.cresset.gpucheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The GPU check with other programs in place of its own, and what it writes about them.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the GPU check is for Linux; the programs here are shell scripts")
class GpuCheckTest {
    private static final Machine GPU = new Machine("NVIDIA H100", false, Map.of("GPU", "NVIDIA H100", "cuda", "13.0"));
    private static final Machine STAND_IN = new Machine("Cresset stand-in driver (no GPU)", true, Map.of());

    @TempDir
    private Path folder;

    @Test
    void aStepThatFailsCrashesHangsOrIsMissingDoesNotKeepTheNextFromRunning() throws IOException {
        Report report = check(
                GPU,
                60,
                shell("good", "echo figure 42", 10),
                shell("wrong", "echo about to fail; exit 3", 10),
                shell("crash", "kill -SEGV $$", 10),
                shell("hang", "echo before; sleep 100 & wait", 1),
                Step.of("missing", "nothing", 10, output -> Map.of(), List.of("./no-such-program")),
                Step.absent("tool", "a tool's words", "It is not installed."),
                shell("last", "echo figure 7", 10));

        assertEquals(
                List.of("PASSED", "FAILED", "FAILED", "OUT_OF_TIME", "FAILED", "ABSENT", "PASSED"),
                report.outcomes().stream().map(each -> each.state().name()).toList());
        assertFalse(report.passed());
        assertEquals(
                "2 of 7 steps passed; wrong FAILED, crash FAILED, hang OUT OF TIME, missing FAILED; absent: tool",
                report.verdict());
        JsonObject json = json();
        assertEquals("NVIDIA H100", json.get("gpu").getAsString());
        JsonObject wrong = json.getAsJsonArray("steps").get(1).getAsJsonObject();
        assertEquals(3, wrong.get("exit_code").getAsInt());
        assertEquals("about to fail", wrong.get("tail").getAsString());
        assertEquals("sh -c echo about to fail; exit 3", wrong.get("command").getAsString());
        assertTrue(report.outcomes().get(3).seconds() < 30, "a program that hangs is ended with its children");
        assertTrue(markdown().startsWith("# GPU check: NVIDIA H100\n"), markdown());
        assertTrue(markdown().contains("| wrong | FAILED |"), markdown());
        assertTrue(markdown().contains("$ sh -c echo about to fail; exit 3\nabout to fail"), markdown());
        assertEquals("figure 42\n", Files.readString(folder.resolve("logs/good.log")));
    }

    @Test
    void allThatRunsAndPassesIsAPass() throws IOException {
        Report report = check(GPU, 60, shell("good", "true", 10), Step.absent("tool", "words", "It is not there."));
        assertTrue(report.passed());
        assertTrue(json().get("passed").getAsBoolean());
        assertFalse(
                check(GPU, 60, Step.absent("tool", "words", "It is not there.")).passed(), "nothing was shown");
    }

    @Test
    void whatTheOutputDoesNotShowFailsTheStepThoughTheProgramSaysAllIsWell() throws IOException {
        Step.Reading strict = output -> {
            throw new Step.Unexpected("It printed no figures.");
        };
        Report report = check(GPU, 60, Step.of("mute", "figures", 10, strict, List.of("true")));
        assertFalse(report.passed());
        assertEquals("It printed no figures.", report.outcomes().getFirst().note());
    }

    @Test
    void withoutTimeLeftAStepIsNotRunAndNotPassed() throws IOException {
        Report report = check(GPU, 6, shell("late", "echo", 10));
        assertEquals(Outcome.State.NOT_RUN, report.outcomes().getFirst().state());
        assertTrue(report.outcomes().getFirst().note().contains("--budget"));
        assertFalse(report.passed());
    }

    @Test
    void theStandInDriverIsNeverCalledAGpu() throws IOException {
        check(STAND_IN, 60, shell("good", "true", 10));
        assertTrue(markdown().startsWith("# Check on the stand-in driver (no GPU)\n"), markdown());
        assertFalse(markdown().contains("GPU check"), markdown());
        assertTrue(json().get("stand_in").getAsBoolean());
        assertFalse(json().has("gpu"));
        assertTrue(json().get("verdict").getAsString().endsWith("on the stand-in driver, which is no GPU"));
    }

    @Test
    void aReportOfACheckThatIsGoingOnSaysSo() throws IOException {
        new Report(GPU, Instant.EPOCH, 3, List.of(), Map.of()).write(folder);
        assertFalse(json().get("complete").getAsBoolean());
        assertFalse(json().get("passed").getAsBoolean());
        assertTrue(markdown().contains("Cut off: 0 of 3 steps passed."), markdown());
    }

    @Test
    void foldersOfTheMachineAreNotInTheReport() throws IOException {
        check(GPU, 60, shell("where", "pwd; exit 1", 10));
        assertFalse(markdown().contains(folder.toString()), markdown());
        assertFalse(Files.readString(folder.resolve("report.json")).contains(folder.toString()));
    }

    @Test
    void onlyNamesStepsThatThereAre() {
        List<Step> all = List.of(shell("a", "true", 1), shell("b", "true", 1), shell("c", "true", 1));
        assertEquals(List.of("a", "c"), names(GpuCheck.chosen(all, Set.of("c", "a"))));
        assertEquals(3, GpuCheck.chosen(all, Set.of()).size());
        Exception refused = assertThrows(IllegalArgumentException.class, () -> GpuCheck.chosen(all, Set.of("d")));
        assertTrue(refused.getMessage().contains("[a, b, c]"), refused.getMessage());
    }

    private static List<String> names(List<Step> steps) {
        return steps.stream().map(Step::name).toList();
    }

    private static Step shell(String name, String script, int limit) {
        return Step.of(name, "what " + name + " shows", limit, output -> Map.of(), List.of("sh", "-c", script));
    }

    private Report check(Machine machine, double budget, Step... steps) throws IOException {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Runner runner = new Runner(folder, logs, budget);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Map<String, String> hidden = Map.of(folder.toString(), "OUT");
        Report report = GpuCheck.run(machine, List.of(steps), runner, folder, hidden, new PrintStream(said));
        List<String> missing = new ArrayList<>(names(List.of(steps)));
        said.toString().lines().forEach(line -> missing.remove(line.split(" ")[0]));
        assertEquals(List.of(), missing, "each step has its line");
        return report;
    }

    private String markdown() throws IOException {
        return Files.readString(folder.resolve("report.md"));
    }

    private JsonObject json() throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("report.json")))
                .getAsJsonObject();
    }
}
