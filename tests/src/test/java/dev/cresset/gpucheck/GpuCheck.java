package dev.cresset.gpucheck;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The program behind `bin/gpu-check`. Every step is a program of its own, so none can take the report along, which is
/// written anew after each.
public final class GpuCheck {
    private GpuCheck() {}

    public static void main(String[] args) throws IOException {
        if (List.of(args).contains("--help")) {
            System.out.print(Arguments.USAGE);
            return;
        }
        Bundle bundle = new Bundle(Path.of(System.getProperty("cresset.bundle")).toAbsolutePath());
        Tools tools = Tools.ofThisMachine();
        Arguments arguments;
        List<Step> steps;
        try {
            arguments = Arguments.parse(args);
            steps = chosen(new Steps(bundle, tools).all(arguments.torchPeer()), arguments.only());
        } catch (IllegalArgumentException e) {
            System.err.println("gpu-check: " + e.getMessage() + "\n\n" + Arguments.USAGE);
            System.exit(2);
            return;
        }
        if (arguments.list()) {
            steps.forEach(step -> System.out.printf("%-16s %s%n", step.name(), step.purpose()));
            return;
        }
        Path work = Files.createDirectories(arguments.out().resolve("work"));
        Path logs = Files.createDirectories(arguments.out().resolve("logs"));
        Runner runner = new Runner(work, logs, arguments.budget());
        Machine machine = Machine.ask(bundle, tools, runner);
        Steps.writeData(work, machine);
        Report report = run(machine, steps, runner, arguments.out(), hidden(bundle, arguments), System.out);
        delete(work);
        System.out.println(report.verdict() + ".");
        System.out.println("wrote " + arguments.out().resolve("report.md") + " and report.json");
        System.exit(report.passed() ? 0 : 1);
    }

    /// Runs the steps in order and writes the report after each.
    static Report run(
            Machine machine, List<Step> steps, Runner runner, Path out, Map<String, String> hidden, PrintStream say)
            throws IOException {
        Instant date = Instant.now();
        List<Outcome> outcomes = new ArrayList<>();
        Report report = new Report(machine, date, steps.size(), List.of(), hidden);
        report.write(out);
        for (Step step : steps) {
            say.printf("%-16s ", step.name());
            say.flush();
            Outcome outcome = runner.run(step);
            say.printf("%-11s %6.1f s  %s%n", outcome.state().words(), outcome.seconds(), outcome.note());
            outcomes.add(outcome);
            report = new Report(machine, date, steps.size(), List.copyOf(outcomes), hidden);
            report.write(out);
        }
        return report;
    }

    static List<Step> chosen(List<Step> all, Set<String> only) {
        if (only.isEmpty()) {
            return all;
        }
        Set<String> unknown = new TreeSet<>(only);
        all.forEach(step -> unknown.remove(step.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("--only names " + unknown + ", and there are "
                    + all.stream().map(Step::name).toList());
        }
        return all.stream().filter(step -> only.contains(step.name())).toList();
    }

    /// A report is to be kept with the project, which names no folder of one machine.
    private static Map<String, String> hidden(Bundle bundle, Arguments arguments) {
        Map<String, String> hidden = new LinkedHashMap<>();
        hidden.put(bundle.root().toString(), ".");
        hidden.put(arguments.out().toString(), "OUT");
        arguments
                .torchPeer()
                .ifPresent(file -> hidden.put(file.toAbsolutePath().getParent().toString() + "/", ""));
        hidden.put(System.getProperty("user.home"), "~");
        return hidden;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
