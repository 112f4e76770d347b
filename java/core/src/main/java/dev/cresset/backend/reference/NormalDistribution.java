package dev.cresset.backend.reference;

/// The standard normal distribution, for GELU; plain rather than fast.
final class NormalDistribution {
    private static final double SQRT_2 = Math.sqrt(2);
    private static final double SQRT_PI = Math.sqrt(Math.PI);
    private static final double SERIES_LIMIT = 1;

    private NormalDistribution() {}

    /// φ(z) = e^(−z²/2) / √(2π).
    static double density(double z) {
        return Math.exp(-0.5 * z * z) / (SQRT_2 * SQRT_PI);
    }

    /// Φ(z) = erfc(−z/√2) / 2, to about 1e-14 relative, 1e-12 far out in the left tail.
    static double distribution(double z) {
        return 0.5 * erfc(-z / SQRT_2);
    }

    private static double erfc(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        if (x < 0) {
            return 2 - erfc(-x);
        }
        return x < SERIES_LIMIT ? 1 - erfBySeries(x) : erfcByFraction(x);
    }

    /// erf x = 2/√π · e^(−x²) · Σ_n 2ⁿ x^(2n+1) / (1·3·5···(2n+1)): all terms are positive, nothing cancels
    /// (Abramowitz and Stegun, 7.1.6).
    private static double erfBySeries(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; term > sum * 1e-17; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / SQRT_PI * Math.exp(-x * x) * sum;
    }

    /// √π · e^(x²) · erfc x = 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))) (Abramowitz and Stegun, 7.1.14),
    /// evaluated from the far end; 200 levels suffice from 1 on.
    private static double erfcByFraction(double x) {
        double tail = x;
        for (int k = 200; k >= 1; k--) {
            tail = x + 0.5 * k / tail;
        }
        return Math.exp(-x * x) / (SQRT_PI * tail);
    }
}
