package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The benchmark on the CPU, in small sizes, with a shell script in place of the peer. No time is judged.
class BenchCommandTest {
    @TempDir
    Path folder;

    @Test
    void everyWorkloadIsCheckedAndTimed() throws IOException {
        Path figures = folder.resolve("figures.json");
        Cli run = bench("--json", figures).requireCode(0);
        List<JsonObject> rows = rows(figures);
        assertEquals(List.of("toy", "mnist", "narrow", "wide"), names(rows));
        for (JsonObject row : rows) {
            assertEquals("passed", row.get("state").getAsString(), row.toString());
            assertTrue(row.get("repeats").getAsBoolean(), row.toString());
            assertEquals(4, row.get("blocks").getAsInt());
            assertEquals("composed", row.get("tier").getAsString());
            assertEquals(1, row.get("steps_at_once").getAsInt());
            assertEquals("host", row.get("data_on").getAsString());
            assertTrue(run.err().contains("  steps: " + row.get("steps").getAsString() + "\n"), run.err());
            for (String figure : List.of("step_us", "min_us", "max_us", "host_us", "tflops", "share_of_ceiling")) {
                assertTrue(row.get(figure).getAsDouble() > 0, figure + " of " + row);
            }
            assertTrue(row.get("times_best").isJsonNull(), row.toString());
            assertTrue(
                    run.out()
                            .contains("| %s/%d | FP32 | "
                                    .formatted(
                                            row.get("workload").getAsString(),
                                            row.get("batch").getAsInt())),
                    run.out());
        }
        assertFalse(run.out().contains("eager"), "columns of a peer that nobody asked for: " + run.out());
        assertTrue(run.out().contains("small sizes"), run.out());
        assertTrue(run.out().endsWith("bench: 4 of 4 rows run, 0 failed\n"), run.out());
        assertTrue(read(figures).get("passed").getAsBoolean());
        JsonObject ceilings = read(figures).getAsJsonArray("ceilings").get(0).getAsJsonObject();
        for (String figure : List.of("copy_gb_per_s", "forward_tflops", "weight_gradient_tflops", "verb_of_1000_us")) {
            assertTrue(ceilings.get(figure).getAsDouble() > 0, ceilings.toString());
        }
    }

    @Test
    void checksAloneTimeNothing() throws IOException {
        Path figures = folder.resolve("figures.json");
        bench("--check-only", "--precisions", "fp64", "--json", figures).requireCode(0);
        for (JsonObject row : rows(figures)) {
            assertEquals("FP64", row.get("precision").getAsString());
            assertFalse(row.has("step_us"));
            assertTrue(row.get("reference").getAsString().startsWith("reference/"), row.toString());
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the peer here is a shell script")
    void thePeerTakesItsTurnForEachRow() throws IOException {
        Path figures = folder.resolve("figures.json");
        Path peer = peer("0.1145233144435144", "0.3763183535627137");
        Cli run = bench("--workloads", "toy,narrow", "--peer", peer, "--python", "sh", "--json", figures)
                .requireCode(0);
        List<JsonObject> rows = rows(figures);
        for (JsonObject row : rows) {
            assertEquals("torch-fake", row.get("peer").getAsString());
            assertEquals("compile", row.get("peer_best").getAsString());
            double ours = row.get("step_us").getAsDouble();
            assertEquals(3e6 / ours, row.get("times_eager").getAsDouble(), 1e-6 * 3e6 / ours);
            assertEquals(2e6 / ours, row.get("times_graph").getAsDouble(), 1e-6 * 2e6 / ours);
            assertEquals(1e6 / ours, row.get("times_best").getAsDouble(), 1e-6 * 1e6 / ours);
            assertTrue(row.get("peer_float64_difference").getAsDouble() < 1e-9, row.toString());
        }
        assertTrue(run.out().contains("1000000 (compile)"), run.out());
        assertTrue(run.out().contains("| × eager | × graph | × best |"), run.out());
        List<String> asked = Files.readAllLines(folder.resolve("asked"));
        assertEquals(List.of("toy/32", "narrow/96"), asked, "once for each row, in order");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the peer here is a shell script")
    void aPeerThatRunsSomethingElseFailsTheRowAndGetsNoRatio() throws IOException {
        Path figures = folder.resolve("figures.json");
        Path peer = peer("0.114523315", "1");
        Cli run = bench("--workloads", "toy", "--peer", peer, "--python", "sh", "--json", figures);
        run.requireCode(1);
        assertTrue(run.out().contains("| FAILED |"), run.out());
        assertTrue(run.out().contains("it runs something else"), run.out());
        assertTrue(run.out().endsWith("bench: 1 of 1 rows run, 1 failed: toy/32 in FP32\n"), run.out());
        assertTrue(rows(figures).getFirst().get("times_best").isJsonNull());
        assertFalse(read(figures).get("passed").getAsBoolean());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the peer here is a shell script")
    void aPeerThatFailsIsSaidOnceAndIsNoFailureOfOurs() throws IOException {
        Path peer = Files.writeString(folder.resolve("peer.sh"), "echo 'no CUDA device' >&2\nexit 1\n");
        Cli run = bench("--workloads", "toy,narrow", "--peer", peer, "--python", "sh")
                .requireCode(0);
        String both = "- toy/32 in FP32, narrow/96 in FP32: peer: it ended with code 1: no CUDA device\n";
        assertTrue(run.out().contains(both), run.out());
        String compared = "- toy/32, narrow/96: the peer's float64 losses were not compared with ours\n";
        assertTrue(run.out().contains(compared), run.out());
        assertTrue(run.out().endsWith("2 of 2 rows run, 0 failed; 2 without a time of the peer\n"), run.out());
    }

    @Test
    void whatThePrecisionsAndTheBudgetLeaveOutIsSaid() {
        Cli run = bench("--workloads", "toy", "--budget", "0");
        run.requireCode(1);
        assertTrue(run.out().contains("- left out: TF32, BF16, FP32_3XTF32: not on cpu"), run.out());
        assertTrue(run.out().contains("toy/32 in FP32: not run: the budget is used up"), run.out());
        assertTrue(run.out().endsWith("bench: 0 of 1 rows run, 0 failed\n"), run.out());
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "there is oneDNN")
    void aPrecisionThatAnOptionRefusesIsLeftOutForThatReason() {
        Cli run = bench("--workloads", "toy", "--budget", "0", "--products", "onednn");
        assertTrue(run.out().contains("- left out: TF32, BF16, FP32_3XTF32: not on cpu\n"), run.out());
        assertTrue(run.out().contains("- left out: FP64: oneDNN multiplies matrices of FP32 only"), run.out());
    }

    @Test
    void whatOnlyAGpuCouldRunIsNotAFailureUnlessTheGpuWasAskedFor() {
        Object[] fast = {"bench", "--small", "--workloads", "toy,narrow", "--precisions", "tf32,bf16"};
        Cli run = Cli.run(fast).requireCode(0);
        String why = "toy/32 in TF32, toy/32 in BF16, narrow/96 in TF32, narrow/96 in BF16: not run: TF32, BF16 and";
        assertTrue(run.out().contains(why), run.out());
        assertEquals(1, run.out().split("driver was not found", -1).length - 1, run.out());
        assertTrue(run.out().endsWith("0 of 4 rows run, 0 failed; there is no GPU to run them on\n"), run.out());
        Cli.run("bench", "--small", "--device", "cuda").fails(1, "cuda:0 is not available");
    }

    @Test
    void theWorkloadsHaveTheSameNamesInTheHelpAndInErrors() {
        String names = "toy, mnist, mnist/128, mnist/1024, narrow, wide";
        Cli help = Cli.run("bench", "--help").requireCode(0);
        assertTrue(help.out().replaceAll("\\s+", " ").contains("Of " + names + " (default"), help.out());
        Cli.run("bench", "--device", "cpu", "--workloads", "toys").fails(2, names + " expected, found 'toys'");
    }

    @Test
    void wrongUsageIsRefusedBeforeAnythingRuns() {
        bench("--workloads", "toys")
                .fails(2, "--workloads: a workload of toy, mnist, narrow, wide expected, found 'toys'");
        bench("--precisions", "fp8").fails(2, "fp8");
        bench("--peer", folder.resolve("no-peer.py")).fails(2, "--peer", "no-peer.py");
        bench("--json", folder.resolve("no folder/x")).fails(1, "no folder");
        bench("--precisions", "tf32").fails(2, "FP32 or FP64", "found TF32");
        Cli.run("bench", "--device", "gpu").fails(2, "'gpu'", "auto, cuda or cuda:N, cpu, or reference");
        Cli.run("bench", "--device", "reference").fails(2, "FP64", "reference", "--precisions", "cpu");
        Cli.run("bench", "--device", "reference", "--precisions", "fp32").fails(2, "FP64", "found FP32");
    }

    private static Cli bench(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("bench", "--small", "--device", "cpu"));
        arguments.addAll(Arrays.asList(more));
        return Cli.run(arguments.toArray());
    }

    /// A program that says these first losses, and that a step takes 1 to 3 seconds.
    private Path peer(String toyLoss, String narrowLoss) throws IOException {
        String script = """
                echo "$2" >>%s
                case $2 in toy/*) loss=%s;; *) loss=%s;; esac
                about="'workload': '${2%%/*}', 'batch': ${2#*/}"
                echo "{'check': 'train', $about, 'precision': 'fp64', 'losses': [$loss]}"
                for mode in eager:3 graphN:2 compile:1; do
                  about="$about, 'precision': 'fp32', 'mode': '${mode%%:*}', 'step_us': ${mode#*:}000000"
                  echo "{'peer': 'torch-fake', $about}"
                done
                echo "# for people"
                """.formatted(folder.resolve("asked"), toyLoss, narrowLoss);
        return Files.writeString(folder.resolve("peer.sh"), script);
    }

    private static JsonObject read(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    private static List<JsonObject> rows(Path file) throws IOException {
        return read(file).getAsJsonArray("rows").asList().stream()
                .map(row -> row.getAsJsonObject())
                .toList();
    }

    private static List<String> names(List<JsonObject> rows) {
        return rows.stream().map(row -> row.get("workload").getAsString()).toList();
    }
}
