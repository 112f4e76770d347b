package dev.cresset.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import dev.cresset.bench.Workload;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program that trains the same as the others, in a process of its own.
///
/// @param name for people
/// @param program a class of this package, or the Python file
/// @param environment what makes it fastest, as far as was tried (README.md beside)
record Contestant(String name, String program, Map<String, String> environment) {
    private static final double GRACE_SECONDS = 90;

    /// Set by some systems to choose older kernels than the processor's: no contestant should have them.
    private static final List<String> UNSET = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

    /// One that nobody could mistake for another.
    static List<Contestant> all() {
        return List.of(
                new Contestant("Cresset", "Ours", Map.of()),
                new Contestant("Cresset, trainer", "OursTrained", Map.of()),
                new Contestant("NumPy", "numpy_peer.py", Map.of()),
                new Contestant("libtorch (OpenBLAS, JavaCPP)", "Torch", Map.of("GOMP_SPINCOUNT", "0")),
                new Contestant("libtorch (MKL, DJL)", "Djl", Map.of("DJL_DEFAULT_ENGINE", "PyTorch")));
    }

    boolean isOurs() {
        return name.startsWith("Cresset");
    }

    /// What its program printed: losses of the first steps, and seconds of a step, block by block.
    record Result(List<Double> losses, List<Double> seconds) {}

    /// Runs it on one workload.
    ///
    /// @throws IOException if it cannot be run or does not end well; the message has its last lines
    Result run(Workload workload, double seconds, int threads) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program.endsWith(".py") ? python() : java());
        command.addAll(List.of(workload.key(), Double.toString(seconds), Integer.toString(threads)));
        Path out = Files.createTempFile("race", ".out");
        Path err = Files.createTempFile("race", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            UNSET.forEach(builder.environment()::remove);
            builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
            builder.environment().put("OPENBLAS_NUM_THREADS", Integer.toString(threads));
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor((long) (seconds + GRACE_SECONDS), TimeUnit.SECONDS);
            process.destroyForcibly();
            if (!ended || process.exitValue() != 0) {
                throw new IOException(name + " on " + workload.key() + (ended ? " failed: " : " did not end: ")
                        + lines(err).reversed().stream().limit(3).toList());
            }
            return read(out);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private Result read(Path out) throws IOException {
        for (String line : lines(out)) {
            if (line.startsWith("{")) {
                try {
                    return new Gson().fromJson(line, Result.class);
                } catch (JsonSyntaxException e) {
                    throw new IOException(name + " printed a line that is no JSON: " + line, e);
                }
            }
        }
        throw new IOException(name + " printed no result.");
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8);
    }

    private List<String> python() {
        return List.of(
                "python3",
                Race.folder().resolve("src/main/python").resolve(program).toString());
    }

    private List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx6g",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-Dorg.lwjgl.system.memoryBackend=ffm",
                "-cp",
                Race.folder().resolve("target/cresset-benchmarks.jar") + File.pathSeparator
                        + Race.folder().resolve("target/lib") + File.separator + "*",
                "dev.cresset.benchmarks." + program);
    }
}
