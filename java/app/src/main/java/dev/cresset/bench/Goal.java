package dev.cresset.bench;

import dev.cresset.tensor.Precision;

/// How many times as fast as the best of PyTorch a workload should be, on one GPU in one precision; 3×TF32 beside its
/// FP32.
///
/// @param must the least that counts as done
/// @param goal what is aimed at
record Goal(double must, double goal) {
    static final Goal NONE = new Goal(Double.NaN, Double.NaN);

    static Goal of(Workload workload, Precision precision) {
        if (!Workloads.full().contains(workload)) {
            return NONE;
        }
        return switch (workload.key() + "/" + precision) {
            case "toy/32/FP32" -> new Goal(13, 33);
            case "narrow/65536/BF16" -> new Goal(1.5, 5);
            case "narrow/65536/TF32" -> new Goal(1.8, 4.5);
            case "mnist/128/TF32" -> new Goal(1.5, 1.8);
            case "mnist/128/FP32" -> new Goal(1.4, 1.6);
            case "mnist/1024/TF32" -> new Goal(1.7, 2.1);
            case "wide/4096/BF16" -> new Goal(1.12, 1.24);
            case "wide/4096/TF32" -> new Goal(1.03, 1.09);
            case "wide/4096/FP32" -> new Goal(1, 1);
            case "wide/4096/FP32_3XTF32" -> new Goal(2.1, 2.1);
            default -> NONE;
        };
    }

    boolean isSet() {
        return !Double.isNaN(must);
    }
}
