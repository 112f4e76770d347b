package dev.cresset.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// [BlockFunctions] number by number: their meaning, and what computes where this Java has no vectors.
final class ScalarFunctions implements BlockFunctions {
    static final ScalarFunctions ALL = new ScalarFunctions();

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /// Below, copying costs more than it saves.
    private static final int WORTH_STAGING = 16;

    private ScalarFunctions() {}

    @Override
    public void exp(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = ScalarExponential.exp(x[i]);
        }
    }

    @Override
    public void log(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = ScalarLogarithm.log(x[i]);
        }
    }

    @Override
    public void log1p(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = ScalarLogarithm.log1p(x[i]);
        }
    }

    @Override
    public void softplusTail(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = ScalarLogarithm.softplusTail(x[i]);
        }
    }

    @Override
    public void softplus(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = Math.max(x[i], 0) + ScalarLogarithm.softplusTail(x[i]);
        }
    }

    @Override
    public void sigmoid(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = ScalarExponential.sigmoid(x[i]);
        }
    }

    @Override
    public void tanh(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = ScalarExponential.tanh(x[i]);
        }
    }

    @Override
    public void elu(double[] x, double[] y, int n, double alpha) {
        for (int i = 0; i < n; i++) {
            y[i] = x[i] <= 0 ? alpha * ScalarExponential.expm1(x[i]) : x[i];
        }
    }

    @Override
    public void eluSlope(double[] x, double[] y, int n, double alpha) {
        for (int i = 0; i < n; i++) {
            y[i] = x[i] <= 0 ? alpha * ScalarExponential.exp(x[i]) : 1;
        }
    }

    @Override
    public void gelu(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = product(x[i], CpuNormal.distribution(x[i]));
        }
    }

    @Override
    public void geluSlope(double[] x, double[] y, double[] w, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = CpuNormal.distribution(x[i]) + product(x[i], CpuNormal.density(x[i]));
        }
    }

    @Override
    public void silu(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = product(x[i], ScalarExponential.sigmoid(x[i]));
        }
    }

    @Override
    public void siluSlope(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            double s = ScalarExponential.sigmoid(x[i]);
            y[i] = s * (1 + product(x[i], 1 - s));
        }
    }

    /// By way of `staging`, numbers are converted four times as fast: the compiler makes vector instructions of loops
    /// over arrays, but not of loops from native memory to an array.
    @Override
    public void load(MemorySegment memory, long offset, double[] y, int at, int n, float[] staging) {
        if (n < WORTH_STAGING) {
            for (int i = 0; i < n; i++) {
                y[at + i] = memory.get(FLOAT, offset + (long) i * Float.BYTES);
            }
        } else {
            MemorySegment.copy(memory, FLOAT, offset, staging, 0, n);
            for (int i = 0; i < n; i++) {
                y[at + i] = staging[i];
            }
        }
    }

    @Override
    public void store(double[] x, int at, MemorySegment memory, long offset, int n, float[] staging) {
        if (n < WORTH_STAGING) {
            for (int i = 0; i < n; i++) {
                memory.set(FLOAT, offset + (long) i * Float.BYTES, (float) x[at + i]);
            }
        } else {
            for (int i = 0; i < n; i++) {
                staging[i] = (float) x[at + i];
            }
            MemorySegment.copy(staging, 0, memory, FLOAT, offset, n);
        }
    }

    /// x · small, where `small` is 0 for an infinite x and wins: the limit of x Φ(x) at −∞ is 0.
    private static double product(double x, double small) {
        return small == 0 ? 0 : x * small;
    }
}
