package dev.cresset.backend.cpu;

import dev.cresset.tensor.Tensor;

/// [CpuBlocks] in loops over arrays, in both precisions.
final class PlainBlocks implements CpuBlocks {
    static final PlainBlocks ALL = new PlainBlocks();

    private PlainBlocks() {}

    @Override
    public void addRow(CpuScratch scratch, Tensor x, Tensor y, long at, int from, int to, double[] row) {
        double[] block = load(scratch, 4, x, at, from, to);
        for (int i = from; i < to; i++) {
            block[i] += row[i];
        }
        store(scratch, block, y, at, from, to);
    }

    @Override
    public void relu(CpuScratch scratch, Tensor z, Tensor a, long at, int from, int to) {
        double[] block = load(scratch, 2, z, at, from, to);
        for (int i = from; i < to; i++) {
            block[i] = Math.max(block[i], 0);
        }
        store(scratch, block, a, at, from, to);
    }

    @Override
    public void reluGradient(CpuScratch scratch, Tensor z, Tensor da, Tensor dz, long at, int from, int to) {
        double[] slope = load(scratch, 2, z, at, from, to);
        double[] block = load(scratch, 3, da, at, from, to);
        for (int i = from; i < to; i++) {
            block[i] = CpuSelect.unlessZero(CpuSelect.slope(slope[i], 0), block[i]);
        }
        store(scratch, block, dz, at, from, to);
    }

    @Override
    public void addValues(CpuScratch scratch, Tensor x, long at, int from, int to, double[] sums) {
        double[] block = load(scratch, 0, x, at, from, to);
        for (int i = from; i < to; i++) {
            sums[i] += block[i];
        }
    }

    @Override
    public void addSquares(CpuScratch scratch, Tensor x, long at, int from, int to, double[] mean, double[] sums) {
        double[] block = load(scratch, 0, x, at, from, to);
        for (int i = from; i < to; i++) {
            double d = block[i] - mean[i];
            sums[i] += d * d;
        }
    }

    @Override
    public void addProducts(
            CpuScratch scratch, Tensor x, Tensor y, long at, int from, int to, double[] sums, double[] others) {
        double[] first = load(scratch, 0, x, at, from, to);
        double[] second = load(scratch, 1, y, at, from, to);
        for (int i = from; i < to; i++) {
            sums[i] += first[i] * second[i];
            others[i] += first[i];
        }
    }

    @Override
    public void normalize(
            CpuScratch scratch,
            Tensor x,
            Tensor xhat,
            Tensor y,
            long at,
            int from,
            int to,
            double[] mean,
            double[] inverse,
            double[] gamma,
            double[] beta) {
        double[] normal = load(scratch, 4, x, at, from, to);
        double[] block = scratch.block(5, to);
        for (int i = from; i < to; i++) {
            normal[i] = (normal[i] - mean[i]) * inverse[i];
            block[i] = gamma[i] * normal[i] + beta[i];
        }
        store(scratch, normal, xhat, at, from, to);
        store(scratch, block, y, at, from, to);
    }

    @Override
    public void normalizeGradient(
            CpuScratch scratch,
            Tensor dy,
            Tensor xhat,
            Tensor dx,
            long at,
            int from,
            int to,
            double[] scale,
            double[] dbeta,
            double[] dgamma) {
        double[] block = load(scratch, 4, dy, at, from, to);
        double[] normal = load(scratch, 5, xhat, at, from, to);
        for (int i = from; i < to; i++) {
            block[i] = scale[i] * (block[i] - dbeta[i] - normal[i] * dgamma[i]);
        }
        store(scratch, block, dx, at, from, to);
    }

    @Override
    public void sgd(CpuScratch scratch, Tensor g, Tensor w, long at, int from, int to, double lr, double decay) {
        double[] gradient = load(scratch, 0, g, at, from, to);
        double[] weight = load(scratch, 1, w, at, from, to);
        for (int i = from; i < to; i++) {
            weight[i] -= lr * (gradient[i] + decay * weight[i]);
        }
        store(scratch, weight, w, at, from, to);
    }

    @Override
    public void momentum(
            CpuScratch scratch,
            Tensor g,
            Tensor v,
            Tensor w,
            long at,
            int from,
            int to,
            double lr,
            double momentum,
            double fresh,
            double decay) {
        double[] gradient = load(scratch, 0, g, at, from, to);
        double[] velocity = load(scratch, 1, v, at, from, to);
        double[] weight = load(scratch, 2, w, at, from, to);
        for (int i = from; i < to; i++) {
            velocity[i] = momentum * velocity[i] + fresh * (gradient[i] + decay * weight[i]);
            weight[i] -= lr * velocity[i];
        }
        store(scratch, velocity, v, at, from, to);
        store(scratch, weight, w, at, from, to);
    }

    private static double[] load(CpuScratch scratch, int index, Tensor x, long at, int from, int to) {
        double[] block = scratch.block(index, to);
        scratch.load(x, at + from, block, from, to - from);
        return block;
    }

    private static void store(CpuScratch scratch, double[] block, Tensor y, long at, int from, int to) {
        scratch.store(y, at + from, block, from, to - from);
    }
}
