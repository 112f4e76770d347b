package dev.cresset.backend.cpu;

import dev.cresset.backend.Activation;

/// Functions of the first `n` numbers of an array, in place. What lies behind them, up to the next multiple of
/// [#SLACK], may be overwritten too, and has to be there: so there are no few numbers left over.
///
/// There are two: [PlainFunctions], which is the meaning of each, and [VectorFunctions], in vectors. Both do the same
/// arithmetic, and give the same bits.
interface CpuFunctions {
    /// Vectors have no more lanes than this.
    int SLACK = 32;

    /// `x ← f(x)`.
    void value(Activation f, double[] x, int n);

    /// `x ← f′(x)`; for SIGMOID and TANH x is f of the argument already.
    void slope(Activation f, double[] x, int n);

    /// `x ← e^x`.
    void exp(double[] x, int n);

    /// `x ← log(1 + e^x)` for x ≤ 0.
    void softplusOfNegative(double[] x, int n);

    /// `y ← slope · y`, and 0 where the slope is 0, whatever y is.
    void multiplyUnlessFlat(double[] slope, double[] y, int n);

    /// `sums_j ← Σ_i x_ij`, from the first row to the last: x is rows × width without gaps. The numbers behind the sums
    /// may be overwritten as those of other functions.
    void columnSums(double[] x, double[] sums, int rows, int width);

    /// `x ← x` rounded to float32.
    void round(double[] x, int n);

    /// `c_ij ← Σ_k a_ik · b_kj`, from the first k to the last: c is rows × width without gaps, a_ik is
    /// `a[i · rowStep + k · innerStep]`, b_kj is `b[k · pitch(width) + j]`, and the gaps behind the rows of b are
    /// finite.
    void product(double[] a, int rowStep, int innerStep, double[] b, double[] c, int rows, int inner, int width);

    /// `c_ij ← c_ij + row_j`: c is rows × width without gaps; the numbers behind the row, up to its pitch, are −0.0,
    /// which changes nothing that it is added to.
    void addRow(double[] c, double[] row, int rows, int width);

    /// Columns of b in [#product] with those that fill its last vector.
    static int pitch(int width) {
        return (width + PITCH - 1) / PITCH * PITCH;
    }

    /// As many lanes as vectors of `double` have at most.
    int PITCH = 8;
}
