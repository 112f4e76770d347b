package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuSimd.LOOPS;

import dev.cresset.backend.Activation;
import dev.cresset.backend.PointwiseLoss;
import dev.cresset.tensor.Tensor;

/// Verbs on so few numbers that they are one block: computed at once by the thread that calls, without the bookkeeping
/// of a [CpuCall], which would cost more than the arithmetic. The results are those of the kernels, bit for bit.
final class CpuOneBlock {
    private CpuOneBlock() {}

    static boolean holds(Tensor x) {
        return x.size() <= CpuScratch.BLOCK;
    }

    /// `a ← f(z)`.
    static void activate(CpuScratch scratch, Activation f, Tensor z, Tensor a) {
        int n = (int) z.size();
        double[] y = scratch.block(1, n);
        CpuActivations.value(f, load(scratch, 0, z), y, n);
        scratch.store(a, 0, y, 0, n);
    }

    /// `dz ← f′(z) · da`, `sums ← Σ_i dz_i`.
    static void activateGradientSums(
            CpuScratch scratch, Activation f, Tensor z, Tensor a, Tensor da, Tensor dz, Tensor sums) {
        int n = (int) z.size();
        double[] x = load(scratch, 0, CpuActivations.slopesByOutput(f) ? a : z);
        double[] gradient = load(scratch, 1, da);
        double[] slope = scratch.block(2, n);
        CpuActivations.slope(f, x, slope, scratch.block(3, n), n);
        LOOPS.multiplyUnlessFlat(slope, gradient, n);
        scratch.store(dz, 0, gradient, 0, n);
        if (CpuBuffer.isFloat(dz)) {
            LOOPS.round(gradient, n);
        }
        double[] row = scratch.block(2, z.columns());
        LOOPS.columnSums(gradient, row, z.rows(), z.columns());
        scratch.store(sums, 0, row, 0, z.columns());
    }

    /// `loss ← scale · Σ ℓ(a, y)`.
    static void pointwiseLoss(CpuScratch scratch, PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, double scale) {
        double[] terms = load(scratch, 0, a);
        CpuPointwiseLosses.terms(kind, terms, load(scratch, 1, y), (int) a.size(), scratch);
        storeSum(scratch, terms, (int) a.size(), scale, loss);
    }

    /// `da ← scale · ∂ℓ/∂a(a, y)`.
    static void pointwiseLossGradient(
            CpuScratch scratch, PointwiseLoss kind, Tensor a, Tensor y, Tensor da, double scale) {
        double[] slopes = load(scratch, 0, a);
        CpuPointwiseLosses.slopes(kind, slopes, load(scratch, 1, y), (int) a.size(), scratch);
        storeScaled(scratch, slopes, scale, da);
    }

    /// Both.
    static void pointwiseLossAndGradient(
            CpuScratch scratch, PointwiseLoss kind, Tensor a, Tensor y, Tensor loss, Tensor da, double scale) {
        int n = (int) a.size();
        double[] terms = load(scratch, 0, a);
        double[] targets = load(scratch, 1, y);
        double[] slopes = scratch.block(4, n);
        System.arraycopy(terms, 0, slopes, 0, n);
        CpuPointwiseLosses.terms(kind, terms, targets, n, scratch);
        CpuPointwiseLosses.slopes(kind, slopes, targets, n, scratch);
        storeSum(scratch, terms, n, scale, loss);
        storeScaled(scratch, slopes, scale, da);
    }

    private static void storeSum(CpuScratch scratch, double[] terms, int n, double scale, Tensor loss) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += terms[i];
        }
        terms[0] = scale * sum;
        scratch.store(loss, 0, terms, 0, 1);
    }

    private static void storeScaled(CpuScratch scratch, double[] slopes, double scale, Tensor da) {
        int n = (int) da.size();
        for (int i = 0; i < n; i++) {
            slopes[i] *= scale;
        }
        scratch.store(da, 0, slopes, 0, n);
    }

    /// All numbers of a tensor, in block `index`.
    static double[] load(CpuScratch scratch, int index, Tensor x) {
        int n = (int) x.size();
        double[] block = scratch.block(index, n);
        scratch.load(x, 0, block, 0, n);
        return block;
    }
}
