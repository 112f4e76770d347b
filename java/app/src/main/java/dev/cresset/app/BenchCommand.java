package dev.cresset.app;

import com.google.gson.GsonBuilder;
import dev.cresset.bench.Bench;
import dev.cresset.bench.BenchReport;
import dev.cresset.bench.Peer;
import dev.cresset.bench.Workload;
import dev.cresset.bench.Workloads;
import dev.cresset.tensor.Precision;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Times whole training steps, and checks that they compute well.
@Command(
        name = "bench",
        description = "Times whole training steps of fixed workloads, checks their first steps against float64, and"
                + " compares them with the device's own limits and, on request, with another library.",
        customSynopsis = "cresset bench [--device NAME] [--peer FILE] [OPTIONS]")
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto (a GPU, else the CPU), cpu, cuda, cuda:N, or reference (with --precisions fp64)"
                    + " (default: ${DEFAULT-VALUE}).")
    private String device;

    @Mixin(name = "Processor")
    private ProcessorOptions processor;

    @Option(
            names = "--workloads",
            paramLabel = "NAMES",
            split = ",",
            completionCandidates = WorkloadNames.class,
            description = "Of ${COMPLETION-CANDIDATES} (default: all; on a CPU toy and mnist).")
    private List<String> workloads = List.of();

    @Option(
            names = "--precisions",
            paramLabel = "NAMES",
            split = ",",
            description = "Of fp32, tf32, bf16, 3xtf32 and fp64 (default: those that suit each workload and that the"
                    + " device has, but not fp64).")
    private List<Precision> precisions = List.of();

    @Option(
            names = "--budget",
            paramLabel = "SECONDS",
            converter = OptionTypes.Amount.class,
            defaultValue = "300",
            description = "After which nothing new begins (default: ${DEFAULT-VALUE}).")
    private double budget;

    @Option(names = "--check-only", description = "Time nothing.")
    private boolean checkOnly;

    @Option(names = "--small", description = "Small sizes, which show that it works and not how fast.")
    private boolean small;

    @Option(
            names = "--peer",
            paramLabel = "FILE",
            description = "A Python program that runs the same with another library; it takes turns with this one.")
    private @Nullable Path peer;

    @Option(
            names = "--python",
            paramLabel = "COMMAND",
            defaultValue = "python3",
            description = "What runs that program (default: ${DEFAULT-VALUE}).")
    private String python;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures there, as JSON.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        if (json != null) {
            new OutputFile(command, "--json", json).require(peer == null ? List.of() : List.of(peer));
        }
        if (peer != null && !Files.isReadable(peer)) {
            throw new ParameterException(
                    command.commandLine(), "--peer: a file that can be read expected, found " + peer);
        }
        CressetCommand root = CressetCommand.of(command);
        BenchReport report = bench(root.err()).run();
        root.out().println(report.markdown().stripTrailing());
        if (json != null) {
            Files.writeString(
                    json,
                    new GsonBuilder()
                                    .setPrettyPrinting()
                                    .serializeNulls()
                                    .disableHtmlEscaping()
                                    .create()
                                    .toJson(report.json())
                            + "\n");
        }
        return report.passed() ? 0 : 1;
    }

    /// What is wrong with the device and the precisions is said before anything runs.
    private Bench bench(PrintStream progress) {
        Bench.Plan plan = plan();
        try {
            return new Bench(plan, progress::println);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private Bench.Plan plan() {
        Bench.Sizes sizes = small ? Bench.Sizes.SMALL : Bench.Sizes.FULL;
        Set<Precision> wanted = EnumSet.noneOf(Precision.class);
        wanted.addAll(precisions);
        return new Bench.Plan(
                device,
                processor.options(),
                chosen(sizes),
                wanted,
                budget,
                Optional.ofNullable(peer)
                        .map(file ->
                                new Peer(python, file.toAbsolutePath(), small ? List.of("--cpu-smoke") : List.of())),
                checkOnly ? Bench.Parts.CHECKS : Bench.Parts.CHECKS_AND_TIMES,
                sizes);
    }

    /// Those of full size; with `--small` each name stands for one.
    private static final class WorkloadNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Workloads.names(Workloads.full()).iterator();
        }
    }

    private List<Workload> chosen(Bench.Sizes sizes) {
        try {
            List<Workload> all = Workloads.of(sizes);
            return workloads.isEmpty() ? List.of() : Workloads.named(all, workloads);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--workloads: " + e.getMessage(), e);
        }
    }
}
