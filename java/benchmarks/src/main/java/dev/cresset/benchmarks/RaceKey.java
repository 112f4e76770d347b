package dev.cresset.benchmarks;

import dev.cresset.bench.Workload;
import dev.cresset.bench.Workloads;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a user may choose of a race, as `key=value`.
enum RaceKey {
    WORKLOADS(
            "A,B",
            Workloads.cpu().stream().map(Workload::name).distinct().collect(Collectors.joining(",")),
            "what is trained, some of " + String.join(", ", Workloads.names(Workloads.cpu()))),
    THREADS("N", Integer.toString(Runtime.getRuntime().availableProcessors()), "threads of each contestant"),
    ROUNDS("N", "3", "how often each contestant has its turn"),
    SECONDS("S", "5", "how long a turn lasts, after its first ten steps"),
    ONLY("PART", "", "only contestants with this in their names, below"),
    JSON("FILE", "", "also write the figures there, as JSON");

    private final String form;
    private final String otherwise;
    private final String meaning;

    RaceKey(String form, String otherwise, String meaning) {
        this.form = form;
        this.otherwise = otherwise;
        this.meaning = meaning;
    }

    /// The value of one that is left out.
    String otherwise() {
        return otherwise;
    }

    /// Its name for users.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The one that an argument of `key=value` is about.
    ///
    /// @throws IllegalArgumentException if there is none
    static RaceKey in(String argument) {
        return Arrays.stream(values())
                .filter(key -> argument.startsWith(key.word() + "="))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("key=value expected, with a key of "
                        + Arrays.stream(values()).map(RaceKey::word).collect(Collectors.joining(", ")) + ", found '"
                        + argument + "'."));
    }

    /// All that a user needs to know before a race.
    static String usage() {
        StringBuilder text = new StringBuilder("""
                Usage: race [KEY=VALUE]...
                Ours and other libraries on this CPU, in turns; about 10 minutes where nothing is chosen.

                """);
        for (RaceKey key : values()) {
            String byDefault = key.otherwise.isEmpty() ? "" : " (default: " + key.otherwise + ")";
            text.append(String.format("  %-15s %s%s%n", key.word() + "=" + key.form, key.meaning, byDefault));
        }
        return text + "\nContestants: "
                + Contestant.all().stream().map(Contestant::name).collect(Collectors.joining("; ")) + ".\n";
    }
}
