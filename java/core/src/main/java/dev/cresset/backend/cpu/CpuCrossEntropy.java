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
        double[] logp = scratch.block(0, columns);
        double[] shares = scratch.block(1, columns);
        double[] weights = weights(call, scratch);
        double sum = 0;
        for (long i = from; i < to; i++) {
            scratch.load(call.tensor(0), i * columns, logp, 0, columns);
            shares(call, i, weights, shares, scratch);
            sum += loss(logp, shares, columns);
        }
        call.shared(0)[(int) (from / call.word(0))] = sum;
    }

    private static void gradientOfRows(CpuCall call, long from, long to, CpuScratch scratch) {
        int columns = call.tensor(0).columns();
        double[] logp = scratch.block(0, columns);
        double[] shares = scratch.block(1, columns);
        double[] weights = weights(call, scratch);
        for (long i = from; i < to; i++) {
            scratch.load(call.tensor(0), i * columns, logp, 0, columns);
            shares(call, i, weights, shares, scratch);
            toGradient(logp, shares, columns, call.scalar(0));
            scratch.store(call.tensor(3), i * columns, logp, 0, columns);
        }
    }

    private static void allOfChunk(CpuCall call, long from, long to, CpuScratch scratch) {
        int columns = call.tensor(0).columns();
        double[] row = scratch.block(0, columns);
        double[] shares = scratch.block(1, columns);
        double[] weights = weights(call, scratch);
        double sum = 0;
        for (long i = from; i < to; i++) {
            scratch.load(call.tensor(5), i * columns, row, 0, columns);
            CpuSoftmax.logSoftmaxRow(row, 0, columns);
            scratch.store(call.tensor(0), i * columns, row, 0, columns);
            // Back again, now rounded to the device's precision.
            scratch.load(call.tensor(0), i * columns, row, 0, columns);
            shares(call, i, weights, shares, scratch);
            sum += loss(row, shares, columns);
            toGradient(row, shares, columns, call.scalar(0));
            scratch.store(call.tensor(4), i * columns, row, 0, columns);
        }
        call.shared(0)[(int) (from / call.word(0))] = sum;
    }

    private static double loss(double[] logp, double[] shares, int n) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            // A class without a share costs nothing, even at log 0.
            sum += shares[j] == 0 ? 0 : shares[j] * logp[j];
        }
        return -sum;
    }

    /// Replaces the log-probabilities of a row by its gradient.
    private static void toGradient(double[] logp, double[] shares, int n, double divisor) {
        double total = 0;
        for (int j = 0; j < n; j++) {
            total += shares[j];
        }
        for (int j = 0; j < n; j++) {
            logp[j] = (Math.exp(logp[j]) * total - shares[j]) / divisor;
        }
    }

    private static double[] weights(CpuCall call, CpuScratch scratch) {
        int columns = call.tensor(2).columns();
        double[] weights = scratch.block(2, columns);
        scratch.load(call.tensor(2), 0, weights, 0, columns);
        return weights;
    }

    /// Writes q_ic of [CrossEntropy] for row i.
    private static void shares(CpuCall call, long row, double[] weights, double[] shares, CpuScratch scratch) {
        CrossEntropy spec = call.option(CrossEntropy.class);
        Tensor target = call.tensor(1);
        int columns = call.tensor(2).columns();
        double kept = 1 - spec.smoothing();
        double smooth = spec.smoothing() / columns;
        if (spec.targets() == Targets.CLASS_INDICES) {
            for (int j = 0; j < columns; j++) {
                shares[j] = weights[j] * smooth;
            }
            int label = (int) CpuBuffer.get(target, row);
            shares[label] = weights[label] * (kept + smooth);
        } else {
            scratch.load(target, row * columns, shares, 0, columns);
            for (int j = 0; j < columns; j++) {
                shares[j] = weights[j] * (kept * shares[j] + smooth);
            }
        }
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
