package dev.cresset.backend;

import java.util.stream.IntStream;

/// The scalar functions of the activations, computed in another way than the backends do: `StrictMath`, and for Φ an
/// integral.
final class PlainFunctions {
    private static final double STEP = 1 / 32.0;
    private static final double[] NODES =
            IntStream.rangeClosed(-120, 72).mapToDouble(PlainFunctions::node).toArray();
    private static final double[] WEIGHTS =
            IntStream.rangeClosed(-120, 72).mapToDouble(PlainFunctions::weight).toArray();

    private PlainFunctions() {}

    static double value(Activation f, double z) {
        return switch (f.kind()) {
            case IDENTITY -> z;
            case SIGMOID -> sigmoid(z);
            case TANH -> StrictMath.tanh(z);
            case RELU -> z > 0 ? z : 0;
            case LEAKY_RELU -> z > 0 ? z : f.parameter() * z;
            case ELU -> z > 0 ? z : f.parameter() * StrictMath.expm1(z);
            case GELU -> z * distribution(z);
            case SILU -> z * sigmoid(z);
            case SOFTPLUS -> z > 40 ? z : StrictMath.log1p(StrictMath.exp(z));
        };
    }

    static double slope(Activation f, double z, double a) {
        return switch (f.kind()) {
            case IDENTITY -> 1;
            case SIGMOID -> a * (1 - a);
            case TANH -> 1 - a * a;
            case RELU -> z > 0 ? 1 : 0;
            case LEAKY_RELU -> z > 0 ? 1 : f.parameter();
            case ELU -> z > 0 ? 1 : f.parameter() * StrictMath.exp(z);
            case GELU -> distribution(z) + z * density(z);
            case SILU -> sigmoid(z) + z * sigmoid(z) * sigmoid(-z);
            case SOFTPLUS -> sigmoid(z);
        };
    }

    /// f at NaN and at the infinities.
    static double atSpecial(Activation f, double z) {
        if (Double.isNaN(z)) {
            return Double.NaN;
        }
        if (z > 0) {
            return f.kind() == Activation.Kind.SIGMOID || f.kind() == Activation.Kind.TANH ? 1 : z;
        }
        return switch (f.kind()) {
            case IDENTITY -> z;
            case TANH -> -1;
            case LEAKY_RELU -> f.parameter() * z;
            case ELU -> -f.parameter();
            default -> 0;
        };
    }

    /// The size of number to which the rounding error of f is relative, where that is more than the value: the
    /// exponential in Φ errs by z² roundoffs if z² is rounded first.
    static double condition(Activation f, double z) {
        return f.kind() == Activation.Kind.GELU ? value(f, z) * (2 + z * z / 8) : 0;
    }

    static double sigmoid(double z) {
        return z < 0 ? StrictMath.exp(z) / (1 + StrictMath.exp(z)) : 1 / (1 + StrictMath.exp(-z));
    }

    /// Φ(z): for z < 0 the density times Mills' ratio ∫₀^∞ exp(−|z|·t − t²/2) dt, by the double exponential rule of
    /// Takahasi and Mori (1974) with t = exp(s − exp(−s)); its error at this step is below 2e-15.
    static double distribution(double z) {
        if (z > 0) {
            return 1 - distribution(-z);
        }
        double sum = 0;
        for (int i = 0; i < NODES.length; i++) {
            sum += WEIGHTS[i] * StrictMath.exp(z * NODES[i]);
        }
        return density(z) * sum;
    }

    /// φ(z), with what rounding z² loses put back.
    private static double density(double z) {
        double lost = Math.fma(z, z, -z * z);
        return StrictMath.exp(-z * z / 2) * (1 - lost / 2) / StrictMath.sqrt(2 * StrictMath.PI);
    }

    private static double node(int i) {
        return StrictMath.exp(i * STEP - StrictMath.exp(-i * STEP));
    }

    private static double weight(int i) {
        double t = node(i);
        return STEP * StrictMath.exp(-t * t / 2) * t * (1 + StrictMath.exp(-i * STEP));
    }
}
