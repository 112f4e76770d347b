package dev.cresset.bench;

import dev.cresset.optim.Hyper;
import dev.cresset.tensor.Precision;
import java.util.List;
import java.util.Locale;

/// What is trained: a network, a batch size, a loss and an optimizer, all from [FixedNumbers].
///
/// @param sizes of the layers, inputs first
/// @param pool different batches there are; step i, from 0 on, uses batch `i mod pool`
/// @param together steps that a GPU is given at once
/// @param precisions names of those that run unless others are asked for
public record Workload(
        String name,
        int batch,
        List<Integer> sizes,
        Kind kind,
        double lr,
        double momentum,
        int pool,
        int together,
        List<String> precisions) {
    /// What stands between and behind the Linears, and the loss.
    public enum Kind {
        SIGMOID_MSE,
        RELU_MSE,
        BATCH_NORM_RELU_CROSS_ENTROPY,
        RELU_CROSS_ENTROPY;

        /// Whether targets are class numbers.
        public boolean hasClasses() {
            return this == BATCH_NORM_RELU_CROSS_ENTROPY || this == RELU_CROSS_ENTROPY;
        }
    }

    /// `mnist/128`: name and batch size.
    public String key() {
        return name + "/" + batch;
    }

    /// Whether it runs in `precision` unless others are asked for.
    boolean runsIn(Precision precision) {
        return precisions.contains(precision.name());
    }

    /// Whether a user means this by `wanted`: by its name or its key.
    boolean isCalled(String wanted) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        return name.equals(lower) || key().equals(lower);
    }

    Workload withBatch(int rows) {
        return new Workload(name, rows, sizes, kind, lr, momentum, pool, together, precisions);
    }

    Workload withLr(double rate) {
        return new Workload(name, batch, sizes, kind, rate, momentum, pool, together, precisions);
    }

    /// What it is optimized with.
    public Hyper hyper() {
        return Hyper.lr(lr).withMomentum(momentum);
    }

    /// Floating-point operations of the matrix products of a step: 2·N·in·out forward, the same for each weight's
    /// gradient, and the same for each input's gradient but the first layer's.
    public double flops() {
        double products = 0;
        for (int i = 0; i + 1 < sizes.size(); i++) {
            products += (i == 0 ? 2.0 : 3.0) * sizes.get(i) * sizes.get(i + 1);
        }
        return 2.0 * batch * products;
    }

    /// Trained numbers.
    public long parameters() {
        long count = 0;
        for (int i = 0; i + 1 < sizes.size(); i++) {
            count += (sizes.get(i) + 1L) * sizes.get(i + 1);
            boolean normalised = kind == Kind.BATCH_NORM_RELU_CROSS_ENTROPY && i + 2 < sizes.size();
            count += normalised ? 2L * sizes.get(i + 1) : 0;
        }
        return count;
    }

    /// Bytes that a step must move at least: the batch read, and parameters and velocities read and written.
    double bytes(Precision precision) {
        double targets = kind.hasClasses() ? 1 : sizes.getLast();
        double state = momentum == 0 ? 2 : 4;
        return precision.bytes() * (batch * (sizes.getFirst() + targets) + state * parameters());
    }
}
