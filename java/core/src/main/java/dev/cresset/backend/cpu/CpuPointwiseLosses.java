package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuScratch.BLOCK;

import dev.cresset.backend.PointwiseLoss;
import dev.cresset.tensor.Tensor;

/// Pointwise losses and their gradients: a, y, and the output; the scale as scalar, [PointwiseLoss] as option.
final class CpuPointwiseLosses {
    private static final double SMALLEST_LOG = -100;
    private static final double SMALLEST_VARIANCE = 1e-12;
    private static final int SMALLEST_CHUNK = 4096;
    private static final int MOST_CHUNKS = 256;

    private CpuPointwiseLosses() {}

    /// `loss ← scale · Σ ℓ(a, y)`: chunks of elements are summed in `double` and added from first to last.
    static void value(CpuCall call) {
        long size = call.tensor(0).size();
        long chunk = Math.max(SMALLEST_CHUNK, (size + MOST_CHUNKS - 1) / MOST_CHUNKS);
        double[] sums = call.shared(0, MOST_CHUNKS);
        call.words(chunk, 0).run(CpuPointwiseLosses::sumChunk, size, chunk);
        double sum = 0;
        for (int i = 0; i < call.parts(); i++) {
            sum += sums[i];
        }
        call.writeItem(2, call.scalar(0) * sum);
    }

    private static void sumChunk(CpuCall call, long from, long to, CpuScratch scratch) {
        PointwiseLoss loss = call.option(PointwiseLoss.class);
        double[] a = scratch.block(0);
        double[] y = scratch.block(1);
        double sum = 0;
        for (long e = from; e < to; e += BLOCK) {
            int n = (int) Math.min(BLOCK, to - e);
            scratch.load(call.tensor(0), e, a, 0, n);
            scratch.load(call.tensor(1), e, y, 0, n);
            terms(loss, a, y, n, scratch);
            for (int i = 0; i < n; i++) {
                sum += a[i];
            }
        }
        call.shared(0)[(int) (from / call.word(0))] = sum;
    }

    /// `da ← scale · ∂ℓ/∂a(a, y)`, over elements.
    static void gradient(CpuCall call, long from, long to, CpuScratch scratch) {
        PointwiseLoss loss = call.option(PointwiseLoss.class);
        Tensor da = call.tensor(2);
        double scale = call.scalar(0);
        double[] a = scratch.block(0);
        double[] y = scratch.block(1);
        for (long e = from; e < to; e += BLOCK) {
            int n = (int) Math.min(BLOCK, to - e);
            scratch.load(call.tensor(0), e, a, 0, n);
            scratch.load(call.tensor(1), e, y, 0, n);
            slopes(loss, a, y, n, scratch);
            for (int i = 0; i < n; i++) {
                a[i] *= scale;
            }
            scratch.store(da, e, a, 0, n);
        }
    }

    /// Replaces each a by ℓ(a, y).
    static void terms(PointwiseLoss loss, double[] a, double[] y, int n, CpuScratch scratch) {
        double beta = loss.beta();
        double[] first = scratch.block(2);
        double[] second = scratch.block(3);
        switch (loss.kind()) {
            case SQUARED -> {
                for (int i = 0; i < n; i++) {
                    a[i] = (a[i] - y[i]) * (a[i] - y[i]);
                }
            }
            case ABSOLUTE -> {
                for (int i = 0; i < n; i++) {
                    a[i] = Math.abs(a[i] - y[i]);
                }
            }
            case SMOOTH_ABSOLUTE -> {
                for (int i = 0; i < n; i++) {
                    double d = Math.abs(a[i] - y[i]);
                    a[i] = d < beta ? d * d / (2 * beta) : d - beta / 2;
                }
            }
            case BINARY_CROSS_ENTROPY -> {
                for (int i = 0; i < n; i++) {
                    second[i] = -a[i];
                }
                CpuSimd.FUNCTIONS.log(a, first, n);
                CpuSimd.FUNCTIONS.log1p(second, second, n);
                for (int i = 0; i < n; i++) {
                    a[i] = -y[i] * Math.max(first[i], SMALLEST_LOG) - (1 - y[i]) * Math.max(second[i], SMALLEST_LOG);
                }
            }
            case BINARY_CROSS_ENTROPY_LOGITS -> {
                CpuSimd.FUNCTIONS.softplusTail(a, first, n);
                for (int i = 0; i < n; i++) {
                    a[i] = Math.max(a[i], 0) - a[i] * y[i] + first[i];
                }
            }
        }
    }

    /// Replaces each a by ∂ℓ/∂a(a, y).
    static void slopes(PointwiseLoss loss, double[] a, double[] y, int n, CpuScratch scratch) {
        double beta = loss.beta();
        switch (loss.kind()) {
            case SQUARED -> {
                for (int i = 0; i < n; i++) {
                    a[i] = 2 * (a[i] - y[i]);
                }
            }
            case ABSOLUTE -> {
                for (int i = 0; i < n; i++) {
                    a[i] = Math.signum(a[i] - y[i]);
                }
            }
            case SMOOTH_ABSOLUTE -> {
                for (int i = 0; i < n; i++) {
                    double d = a[i] - y[i];
                    a[i] = Math.abs(d) < beta ? d / beta : Math.signum(d);
                }
            }
            case BINARY_CROSS_ENTROPY -> {
                for (int i = 0; i < n; i++) {
                    a[i] = (a[i] - y[i]) / Math.max(a[i] * (1 - a[i]), SMALLEST_VARIANCE);
                }
            }
            case BINARY_CROSS_ENTROPY_LOGITS -> {
                double[] sigmoid = scratch.block(2);
                CpuSimd.FUNCTIONS.sigmoid(a, sigmoid, n);
                for (int i = 0; i < n; i++) {
                    a[i] = sigmoid[i] - y[i];
                }
            }
        }
    }
}
