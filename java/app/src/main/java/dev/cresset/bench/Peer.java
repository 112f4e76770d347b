package dev.cresset.bench;

import dev.cresset.tensor.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Another library's program, which runs the same workloads and prints a line of JSON for each result.
///
/// @param python the command that runs it
/// @param more arguments for every call
public record Peer(String python, Path program, List<String> more) {
    /// Past its budget it ends by itself; this long after, it is ended.
    private static final double GRACE = 30;

    /// The parts of its work.
    enum Part {
        CHECK("check"),
        CHECK_AND_TIME("check,time");

        private final String words;

        Part(String words) {
            this.words = words;
        }
    }

    /// Runs it on one workload in one precision; what goes wrong is in the result.
    PeerResult run(Workload workload, Precision precision, Part part, double budget) {
        List<String> command = new ArrayList<>(List.of(python, program.toString()));
        command.addAll(List.of("--workloads", workload.key(), "--precisions", precisionOf(precision)));
        command.addAll(List.of("--only", part.words, "--budget", Long.toString(Math.round(budget))));
        command.addAll(more);
        try {
            Path out = Files.createTempFile("peer", ".out");
            Path err = Files.createTempFile("peer", ".err");
            try {
                return run(command, budget, out, err, workload, precision);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            return PeerResult.NONE.withTrouble("it cannot be run: " + e.getMessage());
        }
    }

    private static PeerResult run(
            List<String> command, double budget, Path out, Path err, Workload workload, Precision precision)
            throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        String trouble = "";
        try {
            if (!process.waitFor((long) (1000 * (budget + GRACE)), TimeUnit.MILLISECONDS)) {
                trouble = "it did not end in time";
            } else if (process.exitValue() != 0) {
                trouble = "it ended with code " + process.exitValue() + ": " + lastLine(err);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            trouble = "interrupted";
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
        PeerResult result = PeerResult.read(lines(out), workload, precisionOf(precision));
        return trouble.isEmpty() ? result : result.withTrouble(trouble);
    }

    /// In the peer's words. Products of three TF32 parts stand beside its float32, as they mean to replace that.
    static String precisionOf(Precision precision) {
        return precision.name().equals("FP32_3XTF32")
                ? "fp32"
                : precision.name().toLowerCase(Locale.ROOT);
    }

    private static List<String> lines(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static String lastLine(Path file) throws IOException {
        return lines(file).stream()
                .filter(line -> !line.isBlank())
                .reduce("", (before, line) -> line)
                .strip();
    }
}
