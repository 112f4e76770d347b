package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuScratch.BLOCK;

import dev.cresset.backend.Activation;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// Activations and their gradients, over elements. The formulas are those of [Activation], arranged so that no
/// exponential overflows and NaN in is NaN out.
final class CpuActivations {
    private CpuActivations() {}

    /// Elements of a part that are worth another thread.
    static int grain(Activation f) {
        return switch (f.kind()) {
            case IDENTITY, RELU, LEAKY_RELU -> CpuCall.LIGHT;
            default -> CpuCall.HEAVY;
        };
    }

    /// `a ← f(z)`: z, a.
    static void value(CpuCall call, long from, long to, CpuScratch scratch) {
        Activation f = call.option(Activation.class);
        Tensor z = call.tensor(0);
        Tensor a = call.tensor(1);
        double[] x = scratch.block(0);
        for (long e = from; e < to; e += BLOCK) {
            int n = (int) Math.min(BLOCK, to - e);
            scratch.load(z, e, x, 0, n);
            value(f, x, n);
            scratch.store(a, e, x, 0, n);
        }
    }

    /// `dz ← f′(z) · da`: z, a, da, dz.
    static void gradient(CpuCall call, long from, long to, CpuScratch scratch) {
        Activation f = call.option(Activation.class);
        boolean byOutput = f.kind() == Activation.Kind.SIGMOID || f.kind() == Activation.Kind.TANH;
        Tensor of = call.tensor(byOutput ? 1 : 0);
        Tensor da = call.tensor(2);
        Tensor dz = call.tensor(3);
        double[] x = scratch.block(0);
        double[] dy = scratch.block(1);
        for (long e = from; e < to; e += BLOCK) {
            int n = (int) Math.min(BLOCK, to - e);
            scratch.load(of, e, x, 0, n);
            scratch.load(da, e, dy, 0, n);
            slope(f, x, n);
            for (int i = 0; i < n; i++) {
                dy[i] = CpuSelect.unlessZero(x[i], x[i] * dy[i]);
            }
            scratch.store(dz, e, dy, 0, n);
        }
    }

    /// Replaces each z by f(z).
    private static void value(Activation f, double[] x, int n) {
        double p = f.parameter();
        switch (f.kind()) {
            case IDENTITY -> {}
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    x[i] = sigmoid(x[i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    x[i] = Math.tanh(x[i]);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    x[i] = Math.max(x[i], 0);
                }
            }
            case LEAKY_RELU -> {
                for (int i = 0; i < n; i++) {
                    x[i] = Math.max(x[i], 0) + p * Math.min(x[i], 0);
                }
            }
            case ELU -> {
                for (int i = 0; i < n; i++) {
                    x[i] = x[i] <= 0 ? p * Math.expm1(x[i]) : x[i];
                }
            }
            case GELU -> {
                for (int i = 0; i < n; i++) {
                    x[i] = product(x[i], CpuNormal.distribution(x[i]));
                }
            }
            case SILU -> {
                for (int i = 0; i < n; i++) {
                    x[i] = product(x[i], sigmoid(x[i]));
                }
            }
            case SOFTPLUS -> {
                for (int i = 0; i < n; i++) {
                    x[i] = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
                }
            }
        }
    }

    /// Replaces each z by f′(z); for SIGMOID and TANH each a = f(z).
    private static void slope(Activation f, double[] x, int n) {
        double p = f.parameter();
        switch (f.kind()) {
            case IDENTITY -> Arrays.fill(x, 0, n, 1);
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    x[i] = x[i] * (1 - x[i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    x[i] = 1 - x[i] * x[i];
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    x[i] = CpuSelect.slope(x[i], 0);
                }
            }
            case LEAKY_RELU -> {
                for (int i = 0; i < n; i++) {
                    x[i] = CpuSelect.slope(x[i], p);
                }
            }
            case ELU -> {
                for (int i = 0; i < n; i++) {
                    x[i] = x[i] <= 0 ? p * Math.exp(x[i]) : 1;
                }
            }
            case GELU -> {
                for (int i = 0; i < n; i++) {
                    x[i] = CpuNormal.distribution(x[i]) + product(x[i], CpuNormal.density(x[i]));
                }
            }
            case SILU -> {
                for (int i = 0; i < n; i++) {
                    double s = sigmoid(x[i]);
                    x[i] = s * (1 + product(x[i], 1 - s));
                }
            }
            case SOFTPLUS -> {
                for (int i = 0; i < n; i++) {
                    x[i] = sigmoid(x[i]);
                }
            }
        }
    }

    static double sigmoid(double z) {
        double e = Math.exp(-Math.abs(z));
        return (z >= 0 ? 1 : e) / (1 + e);
    }

    /// z · small, where `small` is 0 for an infinite z and wins: the limit of z·Φ(z) at −∞ is 0.
    private static double product(double z, double small) {
        return small == 0 ? 0 : z * small;
    }
}
