package dev.cresset.backend.reference;

import dev.cresset.backend.Activation;
import dev.cresset.backend.PointwiseLoss;

/// The scalar functions of [Activation] and [PointwiseLoss] with their derivatives, as their tables
/// write them, arranged so that no exponential overflows.
final class ReferenceFunctions {
    private static final double SMALLEST_LOG = -100;
    private static final double SMALLEST_VARIANCE = 1e-12;

    private ReferenceFunctions() {}

    static double sigmoid(double z) {
        if (z >= 0) {
            return 1 / (1 + Math.exp(-z));
        }
        double e = Math.exp(z);
        return e / (1 + e);
    }

    static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    static double value(Activation f, double z) {
        return switch (f.kind()) {
            case IDENTITY -> z;
            case SIGMOID -> sigmoid(z);
            case TANH -> Math.tanh(z);
            // Written so that NaN falls through as NaN.
            case RELU -> z <= 0 ? 0 : z;
            case LEAKY_RELU -> z <= 0 ? f.parameter() * z : z;
            case ELU -> z <= 0 ? f.parameter() * Math.expm1(z) : z;
            case GELU -> gelu(z);
            case SILU -> silu(z);
            case SOFTPLUS -> softplus(z);
        };
    }

    /// f′ at z, where `a = f(z)`.
    static double slope(Activation f, double z, double a) {
        return switch (f.kind()) {
            case IDENTITY -> 1;
            case SIGMOID -> a * (1 - a);
            case TANH -> 1 - a * a;
            case RELU -> z <= 0 ? 0 : 1;
            case LEAKY_RELU -> z <= 0 ? f.parameter() : 1;
            case ELU -> z <= 0 ? f.parameter() * Math.exp(z) : 1;
            case GELU -> NormalDistribution.distribution(z) + product(z, NormalDistribution.density(z));
            case SILU -> sigmoid(z) * (1 + product(z, 1 - sigmoid(z)));
            case SOFTPLUS -> sigmoid(z);
        };
    }

    static double value(PointwiseLoss loss, double a, double y) {
        double d = a - y;
        return switch (loss.kind()) {
            case SQUARED -> d * d;
            case ABSOLUTE -> Math.abs(d);
            case SMOOTH_ABSOLUTE ->
                Math.abs(d) < loss.beta() ? d * d / (2 * loss.beta()) : Math.abs(d) - loss.beta() / 2;
            case BINARY_CROSS_ENTROPY ->
                -y * Math.max(Math.log(a), SMALLEST_LOG) - (1 - y) * Math.max(Math.log1p(-a), SMALLEST_LOG);
            case BINARY_CROSS_ENTROPY_LOGITS -> Math.max(a, 0) - a * y + Math.log1p(Math.exp(-Math.abs(a)));
        };
    }

    static double slope(PointwiseLoss loss, double a, double y) {
        double d = a - y;
        return switch (loss.kind()) {
            case SQUARED -> 2 * d;
            case ABSOLUTE -> Math.signum(d);
            case SMOOTH_ABSOLUTE -> Math.abs(d) < loss.beta() ? d / loss.beta() : Math.signum(d);
            case BINARY_CROSS_ENTROPY -> d / Math.max(a * (1 - a), SMALLEST_VARIANCE);
            case BINARY_CROSS_ENTROPY_LOGITS -> sigmoid(a) - y;
        };
    }

    private static double gelu(double z) {
        return product(z, NormalDistribution.distribution(z));
    }

    private static double silu(double z) {
        return product(z, sigmoid(z));
    }

    /// z · small, where `small` is 0 for an infinite z and wins: the limit of z·Φ(z) at −∞ is 0.
    private static double product(double z, double small) {
        return small == 0 ? 0 : z * small;
    }
}
