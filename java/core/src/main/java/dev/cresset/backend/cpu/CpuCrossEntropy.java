package dev.cresset.backend.cpu;

import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Reduction;
import dev.cresset.tensor.Tensor;

/// Cross-entropy of log-probabilities and its gradient: logp, target, weights, and the output; [CrossEntropy] as
/// option. Chunks of rows are summed in `double` and added from first to last.
final class CpuCrossEntropy {
    private static final int SMALLEST_CHUNK = 4096;
    private static final int MOST_CHUNKS = 256;

    private CpuCrossEntropy() {}

    /// The loss.
    static void value(CpuCall call) {
        requireClasses(call);
        double sum = sum(call, CpuCrossEntropy::lossOfChunk);
        call.writeItem(3, sum / divisor(call));
    }

    /// The gradient to the logits.
    static void gradient(CpuCall call) {
        requireClasses(call);
        call.scalars(divisor(call), 0).rows(CpuCrossEntropy::gradientOfRows, call.tensor(0), CpuCall.HEAVY);
    }

    /// Log-probabilities, loss and gradient in one pass over the rows: logp, target, weights, loss, dz, z. Every number
    /// is rounded as in the three verbs one after the other, so the bits are theirs.
    static void fromLogits(CpuCall call) {
        requireClasses(call);
        call.scalars(divisor(call), 0);
        double sum = sum(call, CpuCrossEntropy::allOfChunk);
        call.writeItem(3, sum / call.scalar(0));
    }

    private static double sum(CpuCall call, Kernel chunks) {
        Tensor logp = call.tensor(0);
        int smallest = Math.max(1, SMALLEST_CHUNK / Math.max(1, logp.columns()));
        long chunk = Math.max(smallest, ((long) logp.rows() + MOST_CHUNKS - 1) / MOST_CHUNKS);
        double[] sums = call.shared(0, MOST_CHUNKS);
        call.words(chunk, 0).run(chunks, logp.rows(), chunk);
        double sum = 0;
        for (int i = 0; i < call.parts(); i++) {
            sum += sums[i];
        }
        return sum;
    }

    private static void lossOfChunk(CpuCall call, long from, long to, CpuScratch scratch) {
        int columns = call.tensor(0).columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        double[] logp = scratch.block(0, step * columns);
        double sum = 0;
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            scratch.load(call.tensor(0), i * columns, logp, 0, n);
            sum += loss(logp, shares(call, i, n, scratch), n, columns);
        }
        call.shared(0)[(int) (from / call.word(0))] = sum;
    }

    private static void gradientOfRows(CpuCall call, long from, long to, CpuScratch scratch) {
        int columns = call.tensor(0).columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        double[] logp = scratch.block(0, step * columns);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            scratch.load(call.tensor(0), i * columns, logp, 0, n);
            toGradient(logp, shares(call, i, n, scratch), n, columns, call.scalar(0));
            scratch.store(call.tensor(3), i * columns, logp, 0, n);
        }
    }

    private static void allOfChunk(CpuCall call, long from, long to, CpuScratch scratch) {
        int columns = call.tensor(0).columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        double[] rows = scratch.block(0, step * columns);
        double[] powers = scratch.block(3, step * columns);
        double sum = 0;
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            scratch.load(call.tensor(5), i * columns, rows, 0, n);
            CpuSoftmax.logSoftmaxRows(rows, n, columns, powers);
            scratch.store(call.tensor(0), i * columns, rows, 0, n);
            // Back again, now rounded to the device's precision.
            scratch.load(call.tensor(0), i * columns, rows, 0, n);
            double[] shares = shares(call, i, n, scratch);
            sum += loss(rows, shares, n, columns);
            toGradient(rows, shares, n, columns, call.scalar(0));
            scratch.store(call.tensor(4), i * columns, rows, 0, n);
        }
        call.shared(0)[(int) (from / call.word(0))] = sum;
    }

    private static double loss(double[] logp, double[] shares, int n, int columns) {
        double all = 0;
        for (int row = 0; row < n; row += columns) {
            double sum = 0;
            for (int j = row; j < row + columns; j++) {
                // A class without a share costs nothing, even at log 0.
                sum += shares[j] == 0 ? 0 : shares[j] * logp[j];
            }
            all -= sum;
        }
        return all;
    }

    /// Replaces the log-probabilities of rows by their gradient.
    private static void toGradient(double[] logp, double[] shares, int n, int columns, double divisor) {
        CpuSimd.FUNCTIONS.exp(logp, logp, n);
        for (int row = 0; row < n; row += columns) {
            double total = 0;
            for (int j = row; j < row + columns; j++) {
                total += shares[j];
            }
            for (int j = row; j < row + columns; j++) {
                logp[j] = (logp[j] * total - shares[j]) / divisor;
            }
        }
    }

    private static double[] weights(CpuCall call, CpuScratch scratch) {
        int columns = call.tensor(2).columns();
        double[] weights = scratch.block(2, columns);
        scratch.load(call.tensor(2), 0, weights, 0, columns);
        return weights;
    }

    /// q_ic of [CrossEntropy] for the `n` elements of rows `first ...`.
    private static double[] shares(CpuCall call, long first, int n, CpuScratch scratch) {
        CrossEntropy spec = call.option(CrossEntropy.class);
        Tensor target = call.tensor(1);
        int columns = call.tensor(2).columns();
        double[] weights = weights(call, scratch);
        double[] shares = scratch.block(1, n);
        double kept = 1 - spec.smoothing();
        double smooth = spec.smoothing() / columns;
        boolean indices = spec.targets() == Targets.CLASS_INDICES;
        if (!indices) {
            scratch.load(target, first * columns, shares, 0, n);
        }
        long row = first;
        for (int at = 0; at < n; at += columns) {
            for (int j = 0; j < columns; j++) {
                shares[at + j] = weights[j] * (indices ? smooth : kept * shares[at + j] + smooth);
            }
            if (indices) {
                int label = (int) CpuBuffer.get(target, row);
                shares[at + label] = weights[label] * (kept + smooth);
            }
            row++;
        }
        return shares;
    }

    private static double divisor(CpuCall call) {
        CrossEntropy spec = call.option(CrossEntropy.class);
        Tensor target = call.tensor(1);
        if (spec.reduction() == Reduction.SUM) {
            return 1;
        }
        if (spec.reduction() == Reduction.MEAN && spec.targets() == Targets.CLASS_INDICES) {
            double sum = 0;
            for (int i = 0; i < target.rows(); i++) {
                sum += CpuBuffer.get(call.tensor(2), (long) CpuBuffer.get(target, i));
            }
            return sum;
        }
        return target.rows();
    }

    /// Looks at every class number before anything is overwritten.
    private static void requireClasses(CpuCall call) {
        CrossEntropy spec = call.option(CrossEntropy.class);
        Tensor target = call.tensor(1);
        if (spec.targets() == Targets.CLASS_INDICES) {
            for (int i = 0; i < target.rows(); i++) {
                spec.requireClass(CpuBuffer.get(target, i), i, call.tensor(0).columns());
            }
        }
    }
}
