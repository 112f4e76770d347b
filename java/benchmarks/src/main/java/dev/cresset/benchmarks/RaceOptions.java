package dev.cresset.benchmarks;

import dev.cresset.bench.Workload;
import dev.cresset.bench.Workloads;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a race is run with, all of it checked before the first contestant starts: a race takes minutes.
///
/// @param seconds of one contestant's turn
/// @param json    where the figures are written too
record RaceOptions(
        List<Workload> workloads,
        List<Contestant> contestants,
        int threads,
        int rounds,
        double seconds,
        @Nullable RaceFile json) {
    /// @param arguments of a [RaceKey] each
    /// @throws IllegalArgumentException if one cannot be followed; the message is a line for the user
    static RaceOptions of(String[] arguments) {
        Map<RaceKey, String> said = new EnumMap<>(RaceKey.class);
        for (String argument : arguments) {
            RaceKey key = RaceKey.in(argument);
            String value = argument.substring(argument.indexOf('=') + 1);
            String before = said.put(key, value);
            if (before != null) {
                throw refusal(key, "one value", before + "' and '" + value);
            }
        }
        return new RaceOptions(
                workloads(said),
                contestants(said),
                count(RaceKey.THREADS, said),
                count(RaceKey.ROUNDS, said),
                seconds(said),
                said.containsKey(RaceKey.JSON) ? RaceFile.named(said.get(RaceKey.JSON)) : null);
    }

    /// Says of a key what is expected and what was found.
    static IllegalArgumentException refusal(RaceKey key, String expected, String found) {
        return new IllegalArgumentException(key.word() + ": " + expected + " expected, found '" + found + "'.");
    }

    private static String value(RaceKey key, Map<RaceKey, String> said) {
        return said.getOrDefault(key, key.otherwise());
    }

    private static List<Workload> workloads(Map<RaceKey, String> said) {
        List<String> names = List.of(value(RaceKey.WORKLOADS, said).split(",", -1));
        try {
            return Workloads.named(Workloads.cpu(), names);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(RaceKey.WORKLOADS.word() + ": " + e.getMessage(), e);
        }
    }

    private static List<Contestant> contestants(Map<RaceKey, String> said) {
        String part = value(RaceKey.ONLY, said);
        List<Contestant> chosen = Contestant.all().stream()
                .filter(contestant -> contestant.name().contains(part))
                .toList();
        if (chosen.isEmpty()) {
            String names = Contestant.all().stream().map(Contestant::name).collect(Collectors.joining("; "));
            throw refusal(RaceKey.ONLY, "a part of a name of " + names, part);
        }
        return chosen;
    }

    private static int count(RaceKey key, Map<RaceKey, String> said) {
        String text = value(key, said);
        try {
            int count = Integer.parseInt(text);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Refused below, together with numbers that are too small.
        }
        throw refusal(key, "a whole number of 1 or more", text);
    }

    private static double seconds(Map<RaceKey, String> said) {
        String text = value(RaceKey.SECONDS, said);
        try {
            double seconds = Double.parseDouble(text);
            if (seconds > 0 && Double.isFinite(seconds)) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // Refused below, together with numbers that are no time.
        }
        throw refusal(RaceKey.SECONDS, "a number above 0", text);
    }
}
