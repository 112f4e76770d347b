package dev.cresset.backend.cpu;

import dev.cresset.backend.Statistics;
import dev.cresset.tensor.Tensor;

/// The column moments, batch normalization and its gradient. Between the passes of one verb, sums and means stay in
/// `double`.
final class CpuNormalization {
    private CpuNormalization() {}

    /// `mean`, `variance` of the columns of x: x, mean, variance. Two passes, so that nothing cancels.
    static void moments(CpuCall call) {
        Tensor x = call.tensor(0);
        int columns = x.columns();
        double[] mean = call.shared(1, columns);
        scale(CpuColumns.sum(call, 1, CpuColumns::ofValues), columns, x.rows(), mean);
        double[] sums = CpuColumns.sum(call, 1, CpuNormalization::squares);
        call.write(1, mean, 0);
        scale(sums, columns, x.rows(), sums);
        call.write(2, sums, 0);
    }

    private static void scale(double[] sums, int count, int divisor, double[] to) {
        for (int j = 0; j < count; j++) {
            to[j] = sums[j] / divisor;
        }
    }

    private static void squares(CpuCall call, long from, long to, CpuScratch scratch) {
        CpuColumns.pieces(call, from, to, scratch, 1, CpuNormalization::addSquares);
    }

    private static void addSquares(CpuCall call, CpuScratch scratch, long at, int n, double[] sums, double[] others) {
        Tensor x = call.tensor(0);
        double[] block = scratch.block(0, n);
        double[] mean = scratch.block(1, n);
        int column = (int) (at % x.columns());
        int width = Math.min(n, x.columns() - column);
        System.arraycopy(call.shared(1), column, mean, 0, width);
        CpuScratch.repeat(mean, width, n / width);
        scratch.load(x, at, block, 0, n);
        for (int i = 0; i < n; i++) {
            double d = block[i] - mean[i];
            sums[i] += d * d;
        }
    }

    /// `xhat ← (x − mean) / √(variance + ε)`, `y ← γ · xhat + β`, over rows: x, mean, variance, gamma, beta, xhat, y; ε
    /// as scalar.
    static void forward(CpuCall call, long from, long to, CpuScratch scratch) {
        Tensor x = call.tensor(0);
        int columns = x.columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        double[] mean = scratch.repeated(0, call.tensor(1), step);
        double[] inverse = inverseDeviations(call, scratch, scratch.block(1, step * columns));
        CpuScratch.repeat(inverse, columns, step);
        double[] gamma = scratch.repeated(2, call.tensor(3), step);
        double[] beta = scratch.repeated(3, call.tensor(4), step);
        double[] xhat = scratch.block(4, step * columns);
        double[] y = scratch.block(5, step * columns);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            scratch.load(x, i * columns, xhat, 0, n);
            for (int j = 0; j < n; j++) {
                xhat[j] = (xhat[j] - mean[j]) * inverse[j];
                y[j] = gamma[j] * xhat[j] + beta[j];
            }
            scratch.store(call.tensor(5), i * columns, xhat, 0, n);
            scratch.store(call.tensor(6), i * columns, y, 0, n);
        }
    }

    /// The gradients: dy, xhat, variance, gamma, dx, dgamma, dbeta; ε as scalar, [Statistics] as option.
    static void backward(CpuCall call) {
        int columns = call.tensor(0).columns();
        double[] sums = CpuColumns.sum(call, 2, CpuNormalization::products);
        call.write(5, sums, 0);
        call.write(6, sums, columns);
        call.rows(CpuNormalization::inputGradient, call.tensor(0), CpuCall.LIGHT);
    }

    private static void products(CpuCall call, long from, long to, CpuScratch scratch) {
        CpuColumns.pieces(call, from, to, scratch, 2, CpuNormalization::addProducts);
    }

    /// Quantity 0 is dy · xhat, quantity 1 is dy.
    private static void addProducts(CpuCall call, CpuScratch scratch, long at, int n, double[] sums, double[] others) {
        double[] dy = scratch.block(0, n);
        double[] xhat = scratch.block(1, n);
        scratch.load(call.tensor(0), at, dy, 0, n);
        scratch.load(call.tensor(1), at, xhat, 0, n);
        for (int i = 0; i < n; i++) {
            sums[i] += dy[i] * xhat[i];
            others[i] += dy[i];
        }
    }

    private static void inputGradient(CpuCall call, long from, long to, CpuScratch scratch) {
        Tensor dy = call.tensor(0);
        int columns = dy.columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        boolean batch = call.option(Statistics.class) == Statistics.BATCH;
        double[] scale = scratch.repeated(0, call.tensor(3), 1);
        double[] dgamma = means(call, 0, scratch.block(1, step * columns), step);
        double[] dbeta = means(call, columns, scratch.block(2, step * columns), step);
        double[] gradient = scratch.block(3, step * columns);
        double[] xhat = scratch.block(4, step * columns);
        double[] inverse = inverseDeviations(call, scratch, scratch.block(5, columns));
        for (int j = 0; j < columns; j++) {
            scale[j] *= inverse[j];
        }
        CpuScratch.repeat(scale, columns, step);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            scratch.load(dy, i * columns, gradient, 0, n);
            if (batch) {
                scratch.load(call.tensor(1), i * columns, xhat, 0, n);
                for (int j = 0; j < n; j++) {
                    gradient[j] = scale[j] * (gradient[j] - dbeta[j] - xhat[j] * dgamma[j]);
                }
            } else {
                for (int j = 0; j < n; j++) {
                    gradient[j] *= scale[j];
                }
            }
            scratch.store(call.tensor(4), i * columns, gradient, 0, n);
        }
    }

    /// `1 / √(variance + ε)` with the variance in tensor 2.
    private static double[] inverseDeviations(CpuCall call, CpuScratch scratch, double[] to) {
        Tensor variance = call.tensor(2);
        scratch.load(variance, 0, to, 0, variance.columns());
        for (int j = 0; j < variance.columns(); j++) {
            to[j] = 1 / Math.sqrt(to[j] + call.scalar(0));
        }
        return to;
    }

    /// The sums from `first` on over the number of rows, `times` times one after the other.
    private static double[] means(CpuCall call, int first, double[] to, int times) {
        Tensor dy = call.tensor(0);
        for (int j = 0; j < dy.columns(); j++) {
            to[j] = call.shared(0)[first + j] / dy.rows();
        }
        CpuScratch.repeat(to, dy.columns(), times);
        return to;
    }
}
