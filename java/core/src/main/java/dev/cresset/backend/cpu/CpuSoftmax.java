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
            softmaxRows(x, n, columns);
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
            logSoftmaxRows(x, n, columns, scratch.block(1, n));
            scratch.store(call.tensor(1), i * columns, x, 0, n);
        }
    }

    /// `dz ← a (da − Σ a·da)`: a, da, dz.
    static void softmaxGradient(CpuCall call, long from, long to, CpuScratch scratch) {
        gradient(call, from, to, scratch, (a, n) -> {}, CpuSoftmax::softmaxGradientRow);
    }

    /// `dz ← da − e^a Σ da`: a, da, dz.
    static void logSoftmaxGradient(CpuCall call, long from, long to, CpuScratch scratch) {
        gradient(call, from, to, scratch, (a, n) -> CpuSimd.FUNCTIONS.exp(a, a, n), CpuSoftmax::logSoftmaxGradientRow);
    }

    private interface RowGradient {
        /// Replaces row `from .. to − 1` of da by dz.
        void apply(double[] a, double[] da, int from, int to);
    }

    /// What is done to the numbers of a first before rows are looked at.
    private interface Preparation {
        void apply(double[] a, int n);
    }

    private static void gradient(
            CpuCall call, long from, long to, CpuScratch scratch, Preparation preparation, RowGradient rowGradient) {
        Tensor shape = call.tensor(0);
        int columns = shape.columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        double[] a = scratch.block(0, step * columns);
        double[] da = scratch.block(1, step * columns);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            scratch.load(shape, i * columns, a, 0, n);
            scratch.load(call.tensor(1), i * columns, da, 0, n);
            preparation.apply(a, n);
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
            da[j] -= a[j] * sum;
        }
    }

    private static void softmaxRows(double[] x, int n, int columns) {
        subtractLargest(x, n, columns);
        CpuSimd.FUNCTIONS.exp(x, x, n);
        for (int row = 0; row < n; row += columns) {
            double sum = sum(x, row, row + columns);
            for (int j = row; j < row + columns; j++) {
                x[j] /= sum;
            }
        }
    }

    /// Replaces the first `n` elements, whole rows, by their log-softmax.
    ///
    /// @param powers of the same length; overwritten
    static void logSoftmaxRows(double[] x, int n, int columns, double[] powers) {
        subtractLargest(x, n, columns);
        CpuSimd.FUNCTIONS.exp(x, powers, n);
        for (int row = 0; row < n; row += columns) {
            double log = ScalarLogarithm.log(sum(powers, row, row + columns));
            for (int j = row; j < row + columns; j++) {
                x[j] -= log;
            }
        }
    }

    private static void subtractLargest(double[] x, int n, int columns) {
        for (int row = 0; row < n; row += columns) {
            double max = largest(x, row, row + columns);
            for (int j = row; j < row + columns; j++) {
                x[j] -= max;
            }
        }
    }

    private static double sum(double[] x, int from, int to) {
        double sum = 0;
        for (int j = from; j < to; j++) {
            sum += x[j];
        }
        return sum;
    }

    private static double largest(double[] x, int from, int to) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = from; j < to; j++) {
            max = Math.max(max, x[j]);
        }
        return max;
    }
}
