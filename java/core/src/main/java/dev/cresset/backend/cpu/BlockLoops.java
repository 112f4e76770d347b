package dev.cresset.backend.cpu;

/// Loops over arrays that the compiler makes no vector instructions of by itself. As of [BlockFunctions] there are two,
/// [ScalarLoops] and [VectorLoops], which give the same bits; arrays have slack, and numbers behind what is written, up
/// to the next whole vector, are undefined afterwards.
interface BlockLoops {
    /// `x ← x` rounded to float32.
    void round(double[] x, int n);

    /// `y ← slope · y`, and 0 where the slope is 0, whatever y is.
    void multiplyUnlessFlat(double[] slope, double[] y, int n);

    /// `sums_j ← Σ_i x_ij`, from the first row to the last: x is rows × width without gaps.
    void columnSums(double[] x, double[] sums, int rows, int width);

    /// `c_ij ← Σ_k a_ik · b_kj`, from the first k to the last: b is inner × width and c rows × width, without gaps;
    /// a_ik is `a[i · rowStep + k · innerStep]`.
    void product(double[] a, int rowStep, int innerStep, double[] b, double[] c, int rows, int inner, int width);

    /// `c_ij ← Σ_k a_ik · b_kj + row_j` in float32, to which the sum is rounded before and after the row is added: a is
    /// rows × inner without gaps, the rest as in [#product].
    void linearRounded(double[] a, double[] b, double[] row, double[] c, int rows, int inner, int width);
}
