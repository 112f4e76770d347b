package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuScratch.BLOCK;

import dev.cresset.backend.Activation;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// Activations and their gradients, over elements. The formulas are those of [Activation], arranged
/// so that no exponential overflows and NaN in is NaN out.
final class CpuActivations {
    private CpuActivations() {}

    /// Elements of a part that are worth another thread.
    static int grain(Activation f) {
        return switch (f.kind()) {
            case IDENTITY, RELU, LEAKY_RELU -> CpuCall.LIGHT;
            default -> CpuCall.HEAVY;
        };
    }

    /// Whether the slope is computed from a = f(z) and not from z.
    static boolean slopesByOutput(Activation f) {
        return f.kind() == Activation.Kind.SIGMOID || f.kind() == Activation.Kind.TANH;
    }

    /// `a ← f(z)`: z, a.
    static void value(CpuCall call, long from, long to, CpuScratch scratch) {
        Activation f = call.option(Activation.class);
        for (long e = from; e < to; e += BLOCK) {
            block(call, scratch, f, call.tensor(0), call.tensor(1), e, (int) Math.min(BLOCK, to - e));
        }
    }

    /// `a ← f(z)` for `n` elements from element `at` on; uses scratch 2 to 5.
    static void block(CpuCall call, CpuScratch scratch, Activation f, Tensor z, Tensor a, long at, int n) {
        if (f.kind() == Activation.Kind.RELU) {
            call.blocks().relu(scratch, z, a, at, 0, n);
            return;
        }
        double[] x = scratch.block(4, n);
        double[] y = scratch.block(5, n);
        scratch.load(z, at, x, 0, n);
        value(f, x, y, n);
        scratch.store(a, at, y, 0, n);
    }

    /// `dz ← f′(z) · da`: z, a, da, dz.
    static void gradient(CpuCall call, long from, long to, CpuScratch scratch) {
        for (long e = from; e < to; e += BLOCK) {
            gradientBlock(call, scratch, e, (int) Math.min(BLOCK, to - e));
        }
    }

    /// The same with the sums of dz over the rows: z, a, da, dz, sums.
    static void gradients(CpuCall call, long from, long to, CpuScratch scratch) {
        CpuColumns.pieces(call, from, to, scratch, 1, CpuActivations::addGradients);
    }

    private static void addGradients(CpuCall call, CpuScratch scratch, long at, int n, double[] sums, double[] others) {
        gradientBlock(call, scratch, at, n);
        // Rounded, as the sums after the gradient would find it.
        call.blocks().addValues(scratch, call.tensor(3), at, 0, n, sums);
    }

    private static void gradientBlock(CpuCall call, CpuScratch scratch, long at, int n) {
        Activation f = call.option(Activation.class);
        Tensor of = call.tensor(slopesByOutput(f) ? 1 : 0);
        Tensor da = call.tensor(2);
        Tensor dz = call.tensor(3);
        if (f.kind() == Activation.Kind.RELU) {
            call.blocks().reluGradient(scratch, of, da, dz, at, 0, n);
            return;
        }
        double[] x = scratch.block(0, n);
        double[] dy = scratch.block(1, n);
        scratch.load(of, at, x, 0, n);
        scratch.load(da, at, dy, 0, n);
        double[] slope = scratch.block(2, n);
        slope(f, x, slope, scratch.block(3, n), n);
        CpuSimd.LOOPS.multiplyUnlessFlat(slope, dy, n);
        scratch.store(dz, at, dy, 0, n);
    }

    /// `y ← f(x)`.
    static void value(Activation f, double[] x, double[] y, int n) {
        double p = f.parameter();
        switch (f.kind()) {
            case IDENTITY -> System.arraycopy(x, 0, y, 0, n);
            case SIGMOID -> CpuSimd.FUNCTIONS.sigmoid(x, y, n);
            case TANH -> CpuSimd.FUNCTIONS.tanh(x, y, n);
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    y[i] = Math.max(x[i], 0);
                }
            }
            case LEAKY_RELU -> {
                for (int i = 0; i < n; i++) {
                    y[i] = Math.max(x[i], 0) + p * Math.min(x[i], 0);
                }
            }
            case ELU -> CpuSimd.FUNCTIONS.elu(x, y, n, p);
            case GELU -> CpuSimd.FUNCTIONS.gelu(x, y, n);
            case SILU -> CpuSimd.FUNCTIONS.silu(x, y, n);
            case SOFTPLUS -> CpuSimd.FUNCTIONS.softplus(x, y, n);
        }
    }

    /// `y ← f′(x)`; for SIGMOID and TANH x is a = f(z).
    ///
    /// @param room a third array; overwritten
    static void slope(Activation f, double[] x, double[] y, double[] room, int n) {
        double p = f.parameter();
        switch (f.kind()) {
            case IDENTITY -> Arrays.fill(y, 0, n, 1);
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    y[i] = x[i] * (1 - x[i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    y[i] = 1 - x[i] * x[i];
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    y[i] = CpuSelect.slope(x[i], 0);
                }
            }
            case LEAKY_RELU -> {
                for (int i = 0; i < n; i++) {
                    y[i] = CpuSelect.slope(x[i], p);
                }
            }
            case ELU -> CpuSimd.FUNCTIONS.eluSlope(x, y, n, p);
            case GELU -> CpuSimd.FUNCTIONS.geluSlope(x, y, room, n);
            case SILU -> CpuSimd.FUNCTIONS.siluSlope(x, y, n);
            case SOFTPLUS -> CpuSimd.FUNCTIONS.sigmoid(x, y, n);
        }
    }
}
