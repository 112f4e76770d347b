package dev.cresset.bench;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;

/// How much to measure.
enum Scale {
    /// The host submits; its code is compiled soon.
    GPU(1 << 28, 4096, 8192, 0.3, new Timing.Plan(0.06, 8)),
    /// Until Java has compiled a step, a tiny one takes fifty times as long.
    CPU(1 << 25, 1024, 1024, 3, new Timing.Plan(0.06, 8)),
    /// Enough to see that it works.
    SMALL(1 << 12, 64, 64, 0, new Timing.Plan(0.002, 4));

    private final int copied;
    private final int product;
    private final int fastProduct;
    private final double warmSeconds;
    private final Timing.Plan plan;

    Scale(int copied, int product, int fastProduct, double warmSeconds, Timing.Plan plan) {
        this.copied = copied;
        this.product = product;
        this.fastProduct = fastProduct;
        this.warmSeconds = warmSeconds;
        this.plan = plan;
    }

    static Scale of(Device device) {
        return isGpu(device) ? GPU : CPU;
    }

    static boolean isGpu(Device device) {
        return device.name().startsWith("cuda");
    }

    /// Elements of the tensors that are copied.
    int copied() {
        return copied;
    }

    /// Rows of the matrices that are multiplied, larger where products are fast.
    int product(Precision precision) {
        boolean fast = precision.name().equals("TF32") || precision.name().equals("BF16");
        return fast ? fastProduct : product;
    }

    /// How long steps run before they are timed.
    double warmSeconds() {
        return warmSeconds;
    }

    Timing.Plan plan() {
        return plan;
    }
}
