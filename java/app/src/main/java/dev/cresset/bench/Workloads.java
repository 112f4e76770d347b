package dev.cresset.bench;

import dev.cresset.bench.Workload.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The workloads that there are, from smallest to largest.
public final class Workloads {
    private static final List<String> STRICT = List.of("FP32");
    private static final List<String> FAST_FIRST = List.of("BF16", "TF32", "FP32");
    private static final List<String> WITH_TRIPLE = List.of("BF16", "TF32", "FP32", "FP32_3XTF32");

    private Workloads() {}

    /// Those of a size.
    public static List<Workload> of(Bench.Sizes sizes) {
        return switch (sizes) {
            case FULL -> full();
            case SMALL -> small();
        };
    }

    /// The workloads that are measured.
    public static List<Workload> full() {
        List<Integer> digits = List.of(784, 512, 256, 10);
        Kind normalised = Kind.BATCH_NORM_RELU_CROSS_ENTROPY;
        return List.of(
                new Workload("toy", 32, List.of(4, 5, 3), Kind.SIGMOID_MSE, 0.1, 0, 64, 1000, STRICT),
                new Workload("mnist", 128, digits, normalised, 0.1, 0.9, 468, 32, FAST_FIRST),
                new Workload("mnist", 1024, digits, normalised, 0.1, 0.9, 58, 16, FAST_FIRST),
                new Workload("narrow", 65536, List.of(64, 64, 64, 64, 16), Kind.RELU_MSE, 0.05, 0.9, 6, 6, FAST_FIRST),
                new Workload(
                        "wide",
                        4096,
                        List.of(4096, 8192, 8192, 8192, 1000),
                        Kind.RELU_CROSS_ENTROPY,
                        0.05,
                        0.9,
                        4,
                        2,
                        WITH_TRIPLE));
    }

    /// Those that CPUs are compared by.
    public static List<Workload> cpu() {
        return List.of(
                new Workload("toy", 1, List.of(4, 5, 3), Kind.SIGMOID_MSE, 0.1, 0, 64, 1, STRICT),
                new Workload("toy", 32, List.of(4, 5, 3), Kind.SIGMOID_MSE, 0.1, 0, 64, 1, STRICT),
                new Workload(
                        "mnist",
                        128,
                        List.of(784, 512, 256, 10),
                        Kind.BATCH_NORM_RELU_CROSS_ENTROPY,
                        0.1,
                        0.9,
                        468,
                        1,
                        STRICT),
                new Workload(
                        "wide",
                        512,
                        List.of(1024, 4096, 4096, 1024),
                        Kind.RELU_CROSS_ENTROPY,
                        0.05,
                        0.9,
                        4,
                        1,
                        STRICT));
    }

    /// The same kinds in small: they show that everything works, not how fast.
    public static List<Workload> small() {
        Kind normalised = Kind.BATCH_NORM_RELU_CROSS_ENTROPY;
        return List.of(
                new Workload("toy", 32, List.of(4, 5, 3), Kind.SIGMOID_MSE, 0.1, 0, 8, 4, STRICT),
                new Workload("mnist", 32, List.of(20, 16, 12, 10), normalised, 0.1, 0.9, 6, 4, FAST_FIRST),
                new Workload("narrow", 96, List.of(16, 16, 16, 16, 4), Kind.RELU_MSE, 0.05, 0.9, 3, 3, FAST_FIRST),
                new Workload(
                        "wide", 16, List.of(40, 136, 72, 40), Kind.RELU_CROSS_ENTROPY, 0.05, 0.9, 2, 2, WITH_TRIPLE));
    }

    /// What a user may call these, from first to last: by name, and where several share one also by batch size.
    public static List<String> names(List<Workload> all) {
        Map<String, List<String>> keys = new LinkedHashMap<>();
        all.forEach(workload ->
                keys.computeIfAbsent(workload.name(), name -> new ArrayList<>()).add(workload.key()));
        List<String> names = new ArrayList<>();
        keys.forEach((name, its) -> {
            names.add(name);
            names.addAll(its.size() == 1 ? List.of() : its);
        });
        return names;
    }

    /// Those of `all` that a user names, by name or by name and batch size, in the order of `all`.
    ///
    /// @throws IllegalArgumentException if a name is none of theirs
    public static List<Workload> named(List<Workload> all, List<String> names) {
        List<Workload> chosen = new ArrayList<>(all);
        for (String name : names) {
            if (all.stream().noneMatch(workload -> workload.isCalled(name))) {
                throw new IllegalArgumentException(
                        "a workload of " + String.join(", ", names(all)) + " expected, found '" + name + "'.");
            }
        }
        chosen.removeIf(workload -> names.stream().noneMatch(workload::isCalled));
        return chosen;
    }
}
