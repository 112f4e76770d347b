package dev.cresset.house;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which package may use which. The third part of a package's name is its room: `dev.cresset.nn.x` belongs to `nn`.
///
/// ```
/// tensor <- backend <- nn, loss, optim        (these and data do not know each other)
/// tensor <- data
/// verify, train: above all of these           formats: data, nn, backend, tensor
/// bench: above train
/// app: above all
/// ```
final class Arrows {
    private static final String OURS = "dev.cresset.";

    /// Room to the rooms that it may use beside itself.
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("kernels", Set.of()),
            Map.entry("nativeloader", Set.of()),
            Map.entry("tensor", Set.of()),
            Map.entry("backend", Set.of("tensor", "nativeloader", "kernels")),
            Map.entry("nn", Set.of("tensor", "backend")),
            Map.entry("loss", Set.of("tensor", "backend")),
            Map.entry("optim", Set.of("tensor", "backend")),
            Map.entry("data", Set.of("tensor")),
            Map.entry("verify", Set.of("tensor", "backend", "nn", "loss", "optim", "data")),
            Map.entry("train", Set.of("tensor", "backend", "nn", "loss", "optim", "data", "verify")),
            Map.entry("bench", Set.of("tensor", "backend", "nn", "loss", "optim", "data", "verify", "train")),
            Map.entry("formats", Set.of("tensor", "backend", "nn", "data")),
            Map.entry(
                    "app",
                    Set.of(
                            "tensor",
                            "backend",
                            "nn",
                            "loss",
                            "optim",
                            "data",
                            "verify",
                            "train",
                            "formats",
                            "bench",
                            "kernels",
                            "nativeloader")));

    /// The implementations behind `dev.cresset.backend`; only that room may name them.
    private static final Set<String> BEHIND_BACKEND =
            Set.of("dev.cresset.backend.reference", "dev.cresset.backend.cpu", "dev.cresset.backend.cuda");

    /// What everybody above the backend may name.
    private static final Set<String> OPEN_OF_BACKEND = Set.of("dev.cresset.backend", "dev.cresset.backend.step");

    /// Foreign packages (by prefix) to ours that may name them.
    private static final Map<String, List<String>> GUARDED = Map.of(
            "jcuda", List.of("dev.cresset.backend.cuda", "dev.cresset.nativeloader"),
            "org.lwjgl", List.of("dev.cresset.nativeloader"));

    private Arrows() {}

    /// Says why a package cannot be placed, if it cannot.
    static Optional<String> unplaced(String name) {
        if (!MAY_USE.containsKey(room(name))) {
            return Optional.of("package " + name + " is not in the table; say in Arrows where it belongs");
        }
        if (room(name).equals("backend")
                && !OPEN_OF_BACKEND.contains(name)
                && implementation(name).isEmpty()) {
            return Optional.of("package " + name + " is not a known backend; add it to Arrows, behind the backend");
        }
        return Optional.empty();
    }

    /// Says why classes of package `from` may not use classes of package `to`, if they may not.
    static Optional<String> wrong(String from, String to) {
        for (Map.Entry<String, List<String>> guarded : GUARDED.entrySet()) {
            boolean allowed = guarded.getValue().stream().anyMatch(ours -> within(from, ours));
            if (within(to, guarded.getKey()) && !allowed) {
                return Optional.of("only " + guarded.getValue() + " may name " + guarded.getKey());
            }
        }
        if (!within(to, "dev.cresset")) {
            return Optional.empty();
        }
        if (implementation(to).isPresent() && !room(from).equals("backend")) {
            return Optional.of(to + " is behind dev.cresset.backend; use Device and Ops");
        }
        if (room(from).equals(room(to))
                || MAY_USE.getOrDefault(room(from), Set.of()).contains(room(to))) {
            return Optional.empty();
        }
        return Optional.of(room(from) + " may not use " + room(to) + ", only " + MAY_USE.get(room(from)));
    }

    private static Optional<String> implementation(String name) {
        return BEHIND_BACKEND.stream().filter(behind -> within(name, behind)).findFirst();
    }

    private static boolean within(String name, String prefix) {
        return name.equals(prefix) || name.startsWith(prefix + ".");
    }

    private static String room(String name) {
        String rest = name.startsWith(OURS) ? name.substring(OURS.length()) : name;
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
