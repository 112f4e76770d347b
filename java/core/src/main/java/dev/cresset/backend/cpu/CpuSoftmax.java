package dev.cresset.backend.cpu;

import dev.cresset.tensor.Tensor;

/// Softmax and log-softmax with their gradients, over rows.
final class CpuSoftmax {
    private CpuSoftmax() {}

    /// `a ← softmax(z)`: z, a.
    static void softmax(CpuCall call, long from, long to, CpuScratch scratch) {
        int columns = call.tensor(0).columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        double[] x = scratch.block(0, step * columns);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            scratch.load(call.tensor(0), i * columns, x, 0, n);
            for (int row = 0; row < n; row += columns) {
                softmaxRow(x, row, row + columns);
            }
            scratch.store(call.tensor(1), i * columns, x, 0, n);
        }
    }

    /// `a ← log softmax(z)`: z, a.
    static void logSoftmax(CpuCall call, long from, long to, CpuScratch scratch) {
        int columns = call.tensor(0).columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        double[] x = scratch.block(0, step * columns);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            scratch.load(call.tensor(0), i * columns, x, 0, n);
            for (int row = 0; row < n; row += columns) {
                logSoftmaxRow(x, row, row + columns);
            }
            scratch.store(call.tensor(1), i * columns, x, 0, n);
        }
    }

    /// `dz ← a (da − Σ a·da)`: a, da, dz.
    static void softmaxGradient(CpuCall call, long from, long to, CpuScratch scratch) {
        gradient(call, from, to, scratch, CpuSoftmax::softmaxGradientRow);
    }

    /// `dz ← da − e^a Σ da`: a, da, dz.
    static void logSoftmaxGradient(CpuCall call, long from, long to, CpuScratch scratch) {
        gradient(call, from, to, scratch, CpuSoftmax::logSoftmaxGradientRow);
    }

    private interface RowGradient {
        /// Replaces row `from .. to − 1` of da by dz.
        void apply(double[] a, double[] da, int from, int to);
    }

    private static void gradient(CpuCall call, long from, long to, CpuScratch scratch, RowGradient rowGradient) {
        Tensor shape = call.tensor(0);
        int columns = shape.columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        double[] a = scratch.block(0, step * columns);
        double[] da = scratch.block(1, step * columns);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            scratch.load(shape, i * columns, a, 0, n);
            scratch.load(call.tensor(1), i * columns, da, 0, n);
            for (int row = 0; row < n; row += columns) {
                rowGradient.apply(a, da, row, row + columns);
            }
            scratch.store(call.tensor(2), i * columns, da, 0, n);
        }
    }

    private static void softmaxGradientRow(double[] a, double[] da, int from, int to) {
        double dot = 0;
        for (int j = from; j < to; j++) {
            dot += a[j] * da[j];
        }
        for (int j = from; j < to; j++) {
            da[j] = a[j] * (da[j] - dot);
        }
    }

    private static void logSoftmaxGradientRow(double[] a, double[] da, int from, int to) {
        double sum = 0;
        for (int j = from; j < to; j++) {
            sum += da[j];
        }
        for (int j = from; j < to; j++) {
            da[j] -= Math.exp(a[j]) * sum;
        }
    }

    private static void softmaxRow(double[] x, int from, int to) {
        double max = largest(x, from, to);
        double sum = 0;
        for (int j = from; j < to; j++) {
            x[j] = Math.exp(x[j] - max);
            sum += x[j];
        }
        for (int j = from; j < to; j++) {
            x[j] /= sum;
        }
    }

    /// Replaces elements `from .. to − 1`, one row, by their log-softmax.
    static void logSoftmaxRow(double[] x, int from, int to) {
        double max = largest(x, from, to);
        double sum = 0;
        for (int j = from; j < to; j++) {
            sum += Math.exp(x[j] - max);
        }
        double log = Math.log(sum);
        for (int j = from; j < to; j++) {
            x[j] = x[j] - max - log;
        }
    }

    private static double largest(double[] x, int from, int to) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = from; j < to; j++) {
            max = Math.max(max, x[j]);
        }
        return max;
    }
}
