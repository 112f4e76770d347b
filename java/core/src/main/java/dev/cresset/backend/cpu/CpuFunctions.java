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
}
