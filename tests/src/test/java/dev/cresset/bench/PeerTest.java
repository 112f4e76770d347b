package dev.cresset.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What another library's program is asked, and what is read from its lines.
class PeerTest {
    private static final Workload TOY = Workloads.full().getFirst();

    private static final List<String> LINES = List.of(
            timing(32, "eager", "fp32", "190.5"),
            timing(32, "eager-fused", "fp32", "180"),
            timing(32, "graph", "fp32", "34"),
            timing(32, "graphN", "fp32", "28"),
            timing(32, "compile-graphN", "fp32", "20"),
            timing(64, "eager", "fp32", "1"),
            timing(32, "eager", "bf16", "2"),
            "{'check': 'train', 'workload': 'toy', 'batch': 32, 'precision': 'fp64', 'losses': [0.5, 0.25]}",
            "{'mode': 'compile', 'workload': 'toy', 'batch': 32, 'precision': 'fp32', 'error': 'no compiler'}",
            "{'task': 'compile toy/32/bf16', 'skipped': 'time budget'}",
            "# toy            32 fp32  eager   190.5",
            "{'peer': broken");

    @TempDir
    private Path folder;

    @Test
    void theFasterOfEachKindIsTaken() {
        PeerResult result = PeerResult.read(LINES, TOY, "fp32");
        assertEquals("pytorch-2", result.name());
        assertEquals(5, result.seconds().size(), "other batches and precisions are left");
        assertMode("eager-fused", 180e-6, result.eager().orElseThrow());
        assertMode("graphN", 28e-6, result.graph().orElseThrow());
        assertMode("compile-graphN", 20e-6, result.best().orElseThrow());
        assertEquals(Map.of("fp64", List.of(0.5, 0.25)), result.losses());
    }

    @Test
    void whatDidNotWorkIsKeptInItsWords() {
        String trouble = PeerResult.read(LINES, TOY, "fp32").trouble();
        for (String part : List.of("compile: no compiler", "compile toy/32/bf16: time budget", "{'peer': broken")) {
            assertTrue(trouble.contains(part), trouble);
        }
    }

    @Test
    void withoutAnyLineThereIsNoMode() {
        PeerResult result = PeerResult.read(List.of(), TOY, "fp32");
        assertTrue(result.best().isEmpty()
                && result.eager().isEmpty()
                && result.graph().isEmpty());
        assertTrue(result.losses().isEmpty());
    }

    @Test
    void itIsAskedForPrecisionsThatItKnows() {
        assertEquals("tf32", Peer.precisionOf(Precision.TF32));
        for (Precision precision : Precision.values()) {
            String asked = Peer.precisionOf(precision);
            assertTrue(List.of("fp64", "fp32", "tf32", "bf16").contains(asked), asked);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the program here is a shell script")
    void itIsAskedForOneWorkloadInOnePrecision() throws IOException {
        Path script = script("echo \"$@\" >" + folder.resolve("asked") + "\necho \"" + LINES.getFirst() + "\"\n");
        PeerResult result =
                new Peer("sh", script, List.of("--cpu-smoke")).run(TOY, Precision.FP32, Peer.Part.CHECK_AND_TIME, 12.6);
        assertEquals(
                "--workloads toy/32 --precisions fp32 --only check,time --budget 13 --cpu-smoke",
                Files.readString(folder.resolve("asked")).strip());
        assertMode("eager", 190.5e-6, result.best().orElseThrow());
        assertEquals("", result.trouble());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the program here is a shell script")
    void aProgramThatFailsIsQuotedAndOneThatIsMissingIsNamed() throws IOException {
        Path script = script("echo 'first line' >&2\necho 'no module named torch' >&2\nexit 3\n");
        PeerResult result = new Peer("sh", script, List.of()).run(TOY, Precision.FP32, Peer.Part.CHECK, 5);
        assertEquals("it ended with code 3: no module named torch", result.trouble());
        Peer missing = new Peer(folder.resolve("no-python").toString(), script, List.of());
        String trouble = missing.run(TOY, Precision.FP32, Peer.Part.CHECK, 5).trouble();
        assertTrue(trouble.contains("cannot be run") && trouble.contains("no-python"), trouble);
    }

    private Path script(String text) throws IOException {
        return Files.writeString(folder.resolve("peer.sh"), text);
    }

    private static String timing(int batch, String mode, String precision, String micros) {
        return "{'peer': 'pytorch-2', 'mode': '%s', 'workload': 'toy', 'batch': %d, 'precision': '%s', 'step_us': %s}"
                .formatted(mode, batch, precision, micros);
    }

    private static void assertMode(String name, double seconds, PeerResult.Mode mode) {
        assertEquals(name, mode.name());
        assertEquals(seconds, mode.seconds(), 1e-12);
    }
}
