package dev.cresset.backend.cuda;

import dev.cresset.backend.Device;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.nn.ReLU;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What only a GPU can tell of its speed, as tables of text:
///
/// ```
/// java ... dev.cresset.backend.cuda.GpuQuestions verbs|lines|epilogues|tiers
/// ```
///
/// - `verbs`: which share of a copy's bandwidth each verb reaches,
/// - `lines`: where the time of a fused step goes,
/// - `epilogues`: which of cuBLASLt's there are, and what they cost,
/// - `tiers`: from which size of a network on which way of a step is the faster one.
///
/// On the stand-in driver all sizes are small and every time means nothing.
public final class GpuQuestions {
    private static final Hyper HYPER = Hyper.lr(1e-3).withMomentum(0.9);

    private final boolean small;
    private final Stopwatch watch;

    GpuQuestions(boolean small) {
        this.small = small;
        this.watch = small ? Stopwatch.SMALL : Stopwatch.FULL;
    }

    public static void main(String[] args) {
        if (args.length != 1) {
            throw new IllegalArgumentException("usage: GpuQuestions verbs|lines|epilogues|tiers");
        }
        String gpu = Device.gpus().getFirst().name();
        new GpuQuestions(gpu.toLowerCase(Locale.ROOT).contains("stand-in")).answer(args[0]);
        System.out.println("answered: " + args[0]);
    }

    void answer(String question) {
        switch (question) {
            case "verbs" -> verbs();
            case "lines" -> lines();
            case "epilogues" -> epilogues();
            case "tiers" -> tiers();
            default ->
                throw new IllegalArgumentException(
                        "One of verbs, lines, epilogues, tiers expected, found '" + question + "'.");
        }
    }

    private void verbs() {
        try (CudaBackend device = open(Precision.FP32)) {
            VerbTimes.print(device, watch, small ? 64 : 16384, small ? 48 : 4096);
            VerbTimes.print(device, watch, small ? 48 : 65536, small ? 33 : 1001);
        }
    }

    private void lines() {
        List<FusedCase> cases = List.of(
                FusedCase.normalized(small ? 8 : 128, widths(784, 512, 256, 10)),
                FusedCase.normalized(small ? 12 : 1024, widths(784, 512, 256, 10)),
                FusedCase.plain(
                        "ReLU, batch 4096",
                        ReLU::new,
                        CrossEntropyLoss::new,
                        small ? 10 : 1000,
                        small ? 16 : 4096,
                        widths(4096, 4096, 4096, 1000)));
        for (Precision precision : List.of(Precision.TF32, Precision.BF16, Precision.FP32)) {
            for (FusedCase of : cases) {
                try (CudaBackend device = open(precision)) {
                    LineTimes.print(device, watch, of.with(HYPER));
                }
            }
        }
    }

    private void epilogues() {
        try (CudaBackend device = open(Precision.FP32)) {
            EpilogueTimes.print(device, watch, small ? 16 : 4096, small ? 32 : 8192, small ? 24 : 8192);
            EpilogueTimes.print(device, watch, small ? 8 : 128, small ? 16 : 784, small ? 16 : 512);
        }
    }

    private void tiers() {
        for (Precision precision : List.of(Precision.FP32, Precision.TF32, Precision.BF16)) {
            try (CudaBackend device = open(precision)) {
                TierTimes.printHead(device);
                TierTimes.print(device, watch, 1, 4, 5, 3);
                TierTimes.print(device, watch, 32, 4, 5, 3);
                TierTimes.print(device, watch, 32, 16, 32, 10);
                TierTimes.print(device, watch, 32, 64, 64, 10);
                if (!small) {
                    TierTimes.print(device, watch, 128, 16, 32, 10);
                    TierTimes.print(device, watch, 256, 64, 64, 10);
                    TierTimes.print(device, watch, 1024, 64, 64, 64, 64, 16);
                    TierTimes.print(device, watch, 16384, 64, 64, 64, 64, 16);
                    TierTimes.print(device, watch, 65536, 64, 64, 64, 64, 16);
                    TierTimes.print(device, watch, 4096, 128, 128, 128, 10);
                }
            }
        }
    }

    private int[] widths(int... full) {
        return small
                ? Arrays.stream(full)
                        .map(width -> Math.clamp(width / 40, 8, 24))
                        .toArray()
                : full;
    }

    private static CudaBackend open(Precision precision) {
        return (CudaBackend) Device.cuda(0, precision);
    }
}
