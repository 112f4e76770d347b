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
        double[] mean = scratch.block(1, n);
        int column = (int) (at % x.columns());
        int width = Math.min(n, x.columns() - column);
        System.arraycopy(call.shared(1), column, mean, 0, width);
        CpuScratch.repeat(mean, width, n / width);
        call.blocks().addSquares(scratch, x, at, 0, n, mean, sums);
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
        Tensor xhat = call.tensor(5);
        Tensor y = call.tensor(6);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            call.blocks().normalize(scratch, x, xhat, y, i * columns, 0, n, mean, inverse, gamma, beta);
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
        call.blocks().addProducts(scratch, call.tensor(0), call.tensor(1), at, 0, n, sums, others);
    }

    private static void inputGradient(CpuCall call, long from, long to, CpuScratch scratch) {
        Tensor dy = call.tensor(0);
        int columns = dy.columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        boolean batch = call.option(Statistics.class) == Statistics.BATCH;
        double[] scale = scratch.repeated(0, call.tensor(3), 1);
        double[] dgamma = means(call, 0, scratch.block(1, step * columns), step);
        double[] dbeta = means(call, columns, scratch.block(2, step * columns), step);
        double[] inverse = inverseDeviations(call, scratch, scratch.block(5, columns));
        for (int j = 0; j < columns; j++) {
            scale[j] *= inverse[j];
        }
        CpuScratch.repeat(scale, columns, step);
        Tensor xhat = call.tensor(1);
        Tensor dx = call.tensor(4);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            if (batch) {
                call.blocks().normalizeGradient(scratch, dy, xhat, dx, i * columns, 0, n, scale, dbeta, dgamma);
            } else {
                scaled(scratch, dy, dx, i * columns, n, scale);
            }
        }
    }

    private static void scaled(CpuScratch scratch, Tensor dy, Tensor dx, long at, int n, double[] scale) {
        double[] gradient = scratch.block(3, n);
        scratch.load(dy, at, gradient, 0, n);
        for (int j = 0; j < n; j++) {
            gradient[j] *= scale[j];
        }
        scratch.store(dx, at, gradient, 0, n);
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
