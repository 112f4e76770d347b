package dev.cresset.backend.cpu;

import dev.cresset.tensor.Tensor;

/// The arithmetic of kernels on stretches of numbers that lie together: numbers `from .. to − 1` behind number `at` of
/// each tensor, and numbers `from .. to − 1` of each array. Arrays hold a row of the matrix, as often one after the
/// other as rows are computed at once.
///
/// There are two: [PlainBlocks], which is the meaning of each, in both precisions, and [VectorBlocks], in vectors for
/// float32. Both compute in `double`, in the same order, and round once, where they store: they give the same bits.
interface CpuBlocks {
    /// `y ← x + row`.
    void addRow(CpuScratch scratch, Tensor x, Tensor y, long at, int from, int to, double[] row);

    /// `a ← max(z, 0)`.
    void relu(CpuScratch scratch, Tensor z, Tensor a, long at, int from, int to);

    /// `dz ← 0` where z ≤ 0, else `da`.
    void reluGradient(CpuScratch scratch, Tensor z, Tensor da, Tensor dz, long at, int from, int to);

    /// `sums ← sums + x`.
    void addValues(CpuScratch scratch, Tensor x, long at, int from, int to, double[] sums);

    /// `sums ← sums + (x − mean)²`.
    void addSquares(CpuScratch scratch, Tensor x, long at, int from, int to, double[] mean, double[] sums);

    /// `sums ← sums + x · y`, `others ← others + x`.
    void addProducts(CpuScratch scratch, Tensor x, Tensor y, long at, int from, int to, double[] sums, double[] others);

    /// `xhat ← (x − mean) · inverse`, `y ← gamma · xhat + beta`, with xhat not yet rounded.
    void normalize(
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
            double[] beta);

    /// `dx ← scale · (dy − dbeta − xhat · dgamma)`.
    void normalizeGradient(
            CpuScratch scratch,
            Tensor dy,
            Tensor xhat,
            Tensor dx,
            long at,
            int from,
            int to,
            double[] scale,
            double[] dbeta,
            double[] dgamma);

    /// `w ← w − lr · (g + decay · w)`.
    void sgd(CpuScratch scratch, Tensor g, Tensor w, long at, int from, int to, double lr, double decay);

    /// `v ← momentum · v + fresh · (g + decay · w)`, `w ← w − lr · v`, with v not yet rounded.
    void momentum(
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
            double decay);
}
