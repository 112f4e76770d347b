package dev.cresset.benchmarks;

import dev.cresset.bench.Workload;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Ours and other libraries on this CPU, in float32, in turns: each contestant runs for some seconds in a process of
/// its own, then the next, round after round, so that all see the same machine. The figures are samples per second: the
/// median of all blocks of all rounds, and the best block.
///
/// The losses of each contestant's first ten steps must be those of the first one; who fails that is not compared.
public final class Race {
    /// How far losses of float32 may differ, relative to them.
    private static final double SAME = 1e-4;

    private Race() {}

    /// What there is of one contestant on one workload.
    private static final class Lane {
        private final List<Double> seconds = new ArrayList<>();
        private List<Double> losses = List.of();
        private String trouble = "";

        double median() {
            return seconds.stream()
                    .sorted()
                    .skip(seconds.size() / 2)
                    .findFirst()
                    .orElse(Double.NaN);
        }

        double best() {
            return seconds.stream().min(Double::compare).orElse(Double.NaN);
        }
    }

    /// @param arguments `key=value` of [RaceKey], or `--help`
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (Stream.of(arguments).anyMatch(Set.of("--help", "-h", "help")::contains)) {
            System.out.print(RaceKey.usage());
            return;
        }
        RaceOptions options;
        try {
            options = RaceOptions.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("race: " + e.getMessage() + " Try 'race --help'.");
            System.exit(2);
            return;
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        System.out.println("| workload | contestant | samples/s, median | best | ours to it, median | best |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        for (Workload workload : options.workloads()) {
            print(workload, run(workload, options), rows);
        }
        if (options.json() != null) {
            options.json().write(rows);
        }
    }

    private static Map<Contestant, Lane> run(Workload workload, RaceOptions options) throws InterruptedException {
        Map<Contestant, Lane> lanes = new LinkedHashMap<>();
        options.contestants().forEach(contestant -> lanes.put(contestant, new Lane()));
        for (int round = 0; round < options.rounds(); round++) {
            for (Contestant contestant : options.contestants()) {
                Lane lane = lanes.get(contestant);
                try {
                    Contestant.Result result = contestant.run(workload, options.seconds(), options.threads());
                    lane.seconds.addAll(result.seconds());
                    lane.losses = result.losses();
                } catch (IOException e) {
                    lane.trouble = e.getMessage();
                }
            }
        }
        return lanes;
    }

    private static void print(Workload workload, Map<Contestant, Lane> lanes, List<Map<String, Object>> rows) {
        Lane first = lanes.values().iterator().next();
        lanes.forEach((contestant, lane) -> {
            double difference = difference(first.losses, lane.losses);
            String trouble = !lane.trouble.isEmpty()
                    ? lane.trouble
                    : difference > SAME ? String.format(Locale.ROOT, "its losses differ by %.1e", difference) : "";
            double median = workload.batch() / lane.median();
            double best = workload.batch() / lane.best();
            String compared = trouble.isEmpty()
                    ? String.format(
                            Locale.ROOT, "%.2f | %.2f", lane.median() / first.median(), lane.best() / first.best())
                    : trouble + " | ";
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.0f | %.0f | %s |",
                    workload.key(),
                    contestant.name(),
                    median,
                    best,
                    compared));
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("workload", workload.key());
            row.put("contestant", contestant.name());
            row.put("samples_per_s_median", median);
            row.put("samples_per_s_best", best);
            row.put("loss_difference", difference);
            row.put("trouble", trouble);
            rows.add(row);
        });
    }

    private static double difference(List<Double> one, List<Double> other) {
        double largest = one.isEmpty() || one.size() != other.size() ? Double.POSITIVE_INFINITY : 0;
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            largest = Math.max(largest, Math.abs(one.get(i) - other.get(i)) / Math.abs(one.get(i)));
        }
        return largest;
    }

    /// The folder of this module, from the jar in its `target`.
    static Path folder() {
        try {
            return Path.of(Race.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .getParent()
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The place of this class is not known.", e);
        }
    }
}
