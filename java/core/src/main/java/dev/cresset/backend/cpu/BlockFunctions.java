package dev.cresset.backend.cpu;

import java.lang.foreign.MemorySegment;

/// What the kernels compute with blocks of `double` that is more than one instruction for each number: elementary
/// functions, and the way from and to float32 in native memory.
///
/// There are two. [ScalarFunctions] is the meaning of each: plain loops over formulas of nothing but sums, products,
/// quotients, comparisons and bits, without fused operations. [VectorFunctions] does the same operations in the same
/// order on vectors, so both give the same bits for every number; of NaN there is only one. [CpuSimd] chooses.
///
/// Functions of blocks take the first `n` numbers of x and overwrite the first `n` of y, another array; only where it
/// is said may it be x. Arrays hold [#SLACK] numbers more than that, and those of y up to the next whole vector are
/// undefined afterwards: so there is no remainder to compute one by one, and three numbers cost as much as one.
interface BlockFunctions {
    /// No vector of any processor has more lanes of `double`.
    int SLACK = 32;

    /// `y ← eˣ`; y may be x.
    void exp(double[] x, double[] y, int n);

    /// `y ← log x`: −∞ for 0, NaN below; y may be x.
    void log(double[] x, double[] y, int n);

    /// `y ← log(1 + x)`, accurate for small x: −∞ for −1, NaN below; y may be x.
    void log1p(double[] x, double[] y, int n);

    /// `y ← log(1 + e^(−|x|))`: what [#softplus] is above max(x, 0).
    void softplusTail(double[] x, double[] y, int n);

    /// `y ← log(1 + eˣ)`.
    void softplus(double[] x, double[] y, int n);

    /// `y ← 1 / (1 + e⁻ˣ)`.
    void sigmoid(double[] x, double[] y, int n);

    /// `y ← tanh x`.
    void tanh(double[] x, double[] y, int n);

    /// `y ← α (eˣ − 1)` where x ≤ 0, else x.
    void elu(double[] x, double[] y, int n, double alpha);

    /// `y ← α eˣ` where x ≤ 0, else 1.
    void eluSlope(double[] x, double[] y, int n, double alpha);

    /// `y ← x Φ(x)`; Φ is [CpuNormal#distribution].
    void gelu(double[] x, double[] y, int n);

    /// `y ← Φ(x) + x φ(x)`; φ is [CpuNormal#density].
    ///
    /// @param w a third array; overwritten
    void geluSlope(double[] x, double[] y, double[] w, int n);

    /// `y ← x σ(x)`; σ is [#sigmoid].
    void silu(double[] x, double[] y, int n);

    /// `y ← σ(x) (1 + x (1 − σ(x)))`.
    void siluSlope(double[] x, double[] y, int n);

    /// Takes `n` float32 numbers from byte `offset` of the memory on to `y[at ...]`; behind these, up to the next whole
    /// vector, y is undefined afterwards.
    ///
    /// @param staging of at least `n` elements; undefined afterwards
    void load(MemorySegment memory, long offset, double[] y, int at, int n, float[] staging);

    /// Rounds `n` numbers of `x[at ...]` to float32, from byte `offset` of the memory on.
    ///
    /// @param staging of at least `n` elements; undefined afterwards
    void store(double[] x, int at, MemorySegment memory, long offset, int n, float[] staging);
}
