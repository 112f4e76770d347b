package dev.cresset.gpucheck;

import dev.cresset.backend.cuda.GpuQuestions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// What the check does, in this order: what matters most comes first, as time may run out. **This is the place to add a
/// step**: a program, what it shows, its limit in seconds, and a [Reading][Step.Reading] of its output.
final class Steps {
    private static final int ROWS = 12_800;
    private static final int EPOCHS = 10;
    private static final int FEW_ROWS = 640;

    /// Arguments of `cresset bench`, one file as the steps are listed before the machine is known.
    private static final String BENCH_OPTIONS = "bench.options";

    /// What the sanitizer looks at: each tier by name, so that one that does not fit is a failure, and each kind of
    /// product by matrix units.
    private static final List<ShortRun> SHORT_RUNS = List.of(
            new ShortRun("composed", "--tier composed --data few-digits --hidden 64,32 --batch-norm --dropout 0.1"),
            new ShortRun("fused", "--tier fused --data few-digits --hidden 64,32 --batch-norm"),
            new ShortRun("fused-bf16", "--tier fused --precision bf16 --data few-digits --hidden 64,32 --batch-norm"),
            new ShortRun("narrow-tf32", "--tier narrow --precision tf32 --data few-rows.csv --hidden 32,16"),
            new ShortRun("narrow-bf16", "--tier narrow --precision bf16 --data few-rows.csv --hidden 32,16"),
            new ShortRun("tiny", "--tier tiny --data few-rows.csv --hidden 16"));

    private final Bundle bundle;
    private final Tools tools;

    /// @param options of `cresset train`
    private record ShortRun(String name, String options) {}

    Steps(Bundle bundle, Tools tools) {
        this.bundle = bundle;
        this.tools = tools;
    }

    /// Makes what the steps work on; little for the stand-in driver, which is slow and measures nothing.
    static void writeData(Path work, Machine machine) throws IOException {
        SampleDigits.write(work.resolve("digits"), machine.standIn() ? FEW_ROWS : ROWS);
        SampleDigits.write(work.resolve("few-digits"), FEW_ROWS);
        Files.write(work.resolve("few-rows.csv"), fewRows());
        Files.writeString(work.resolve(BENCH_OPTIONS), machine.standIn() ? "--small\n" : "");
    }

    /// Rows of sixteen numbers in four classes.
    private static List<String> fewRows() {
        Random random = new Random(20250102);
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < FEW_ROWS; row++) {
            int label = row % 4;
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < 16; column++) {
                text.append(column % 4 == label ? 1 + random.nextDouble() : random.nextDouble())
                        .append(",");
            }
            rows.add(text.append("class").append(label).toString());
        }
        return rows;
    }

    /// @param torchPeer PyTorch's side of the comparison, if it is asked for
    List<Step> all(Optional<Path> torchPeer) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of(
                "doctor",
                "what this machine has, and every operation against the reference",
                120,
                Readings.doctor(),
                List.of(bundle.cresset(), "doctor", "--require-gpu")));
        steps.add(Step.of(
                "gpu-tests",
                "contracts, gradients against central differences, PyTorch's numbers, the trainer against the CPU",
                300,
                Readings.tests(),
                bundle.program(
                        GpuTests.class,
                        "-Dcresset.test.places=cuda",
                        "-Dcresset.shared=" + bundle.shared(),
                        "-Djava.awt.headless=true")));
        steps.add(bench(torchPeer));
        steps.add(question("lines", "where the time of fused steps goes, launch by launch"));
        steps.add(question("tiers", "steps of small networks in each tier: from which size on the next one is faster"));
        steps.add(question("verbs", "the share of a copy's bandwidth that each verb reaches"));
        steps.add(question("epilogues", "which epilogues cuBLASLt has for which types, and what each costs"));
        for (String precision : List.of("fp32", "tf32", "bf16", "3xtf32")) {
            steps.add(throughput("cuda", precision));
        }
        for (ShortRun run : SHORT_RUNS) {
            steps.add(sanitizer("memcheck", "no access beyond memory", run));
            steps.add(sanitizer("racecheck", "no race in shared memory", run));
            steps.add(sanitizer("synccheck", "no thread missing at a barrier or an exchange", run));
        }
        steps.add(torchPeer
                .map(script -> Step.of(
                        "torch-peer",
                        "what PyTorch reaches at most on the same machine",
                        90,
                        Readings.torchPeer(),
                        List.of("python3", script.toAbsolutePath().toString(), "--only", "ceilings", "--budget", "60")))
                .orElseGet(() -> Step.absent(
                        "torch-peer",
                        "what PyTorch reaches at most on the same machine",
                        "Not asked for: --torch-peer names the script.")));
        return steps;
    }

    private Step bench(Optional<Path> torchPeer) {
        List<String> command = new ArrayList<>(List.of(bundle.cresset(), "bench", "--device", "cuda"));
        command.addAll(List.of("--budget", torchPeer.isPresent() ? "500" : "240", "--json", "bench.json"));
        torchPeer.ifPresent(script ->
                command.addAll(List.of("--peer", script.toAbsolutePath().toString())));
        command.add("@" + BENCH_OPTIONS);
        return Step.of(
                "bench",
                "whole training steps: times beside accuracy, the device's limits, PyTorch's times if asked for",
                torchPeer.isPresent() ? 560 : 300,
                Readings.bench(),
                command);
    }

    private Step question(String name, String purpose) {
        List<String> command = new ArrayList<>(bundle.program(GpuQuestions.class));
        command.add(name);
        return Step.of(name, purpose, 150, Readings.question(), command);
    }

    private Step throughput(String device, String precision) {
        List<String> command =
                new ArrayList<>(List.of(bundle.cresset(), "train", "--data", "digits", "--hidden", "512,256"));
        command.addAll(List.of("--batch-norm", "--batch-size", "128", "--lr", "0.02", "--momentum", "0.9"));
        command.addAll(List.of("--epochs", "" + EPOCHS, "--validation", "0", "--seed", "1", "--json"));
        command.addAll(List.of("--device", device, "--precision", precision));
        command.addAll(List.of("--out", "model-" + device + "-" + precision + ".safetensors"));
        return Step.of(
                "train-" + device + "-" + precision,
                "throughput of `cresset train`, 784-512-256-10 with batch norm, batch 128",
                60,
                Readings.train(),
                command);
    }

    private Step sanitizer(String tool, String purpose, ShortRun run) {
        String name = tool + "-" + run.name;
        String shows = purpose + ", on a short run of " + run.name + " steps";
        Optional<Path> sanitizer = tools.find("compute-sanitizer");
        if (sanitizer.isEmpty()) {
            return Step.absent(name, shows, "compute-sanitizer is not installed; it comes with the CUDA toolkit.");
        }
        List<String> command = new ArrayList<>(List.of(sanitizer.get().toString(), "--tool", tool));
        command.addAll(List.of("--target-processes", "all", "--error-exitcode", "99"));
        command.addAll(List.of(bundle.cresset(), "train", "--momentum", "0.9", "--epochs", "2", "--batch-size", "64"));
        command.addAll(List.of("--device", "cuda", "--seed", "1", "--out", "model-" + name + ".safetensors"));
        command.addAll(List.of(run.options.split(" ")));
        return Step.of(name, shows, 90, Readings.sanitizer(), command);
    }
}
