package dev.cresset.backend.cpu;

/// The standard normal distribution Φ and density φ, for GELU.
///
/// With x = |z|, Mills' ratio (1 − Φ(x)) / φ(x) is P(t) / (1 + x), where t = (x − 5.5) / (x + 5.5) and P is a
/// polynomial of degree 23: the truncated Chebyshev series of (1 + x) · Mills(x) on t in [−1, 1], which was computed
/// with 60 digits; what was cut off is below 2e-17. (That t makes such series short: Shepherd and Laframboise,
/// "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞", 1981.) So the left tail keeps its relative
/// accuracy: over −37.5 .. 6 the relative error of Φ was at most 8e-16 against 60 digits; further left Φ is subnormal,
/// then 0.
final class CpuNormal {
    static final double CENTRE = 5.5;

    /// 1 / √(2π).
    static final double PEAK = 0.3989422804014327;

    /// Beyond this φ is 0 in float64; a bound keeps infinities out of the arithmetic, and lets NaN through.
    static final double FARTHEST = 40;

    /// In rising powers of t.
    static final double[] P = {
        1.1460994074211677,
        -0.22143300769123134,
        0.09070616930558004,
        0.0055522446067832075,
        -0.053676021870198716,
        0.06092379690183981,
        -0.04569574901798504,
        0.025621454176123843,
        -0.010659188443900604,
        0.00290446404635441,
        -0.000204216745563551,
        -0.0002269998184824636,
        9.740295487086948e-5,
        -1.213499660690903e-6,
        -1.1761467008378759e-5,
        2.6526761525629147e-6,
        1.1162702772037198e-6,
        -5.353000527868096e-7,
        -9.721360542965301e-8,
        8.573162491660859e-8,
        7.944701516384817e-9,
        -1.141408359337876e-8,
        -4.805853626226139e-10,
        9.268819861570175e-10
    };

    /// Of a number, without the last 27 bits: so much that the square is exact.
    static final long HIGH_BITS = -1L << 27;

    private CpuNormal() {}

    /// Φ(z).
    static double distribution(double z) {
        double x = near(z);
        double t = (x - CENTRE) / (x + CENTRE);
        double t2 = t * t;
        double t4 = t2 * t2;
        double t8 = t4 * t4;
        double low = four(0, t, t2) + four(4, t, t2) * t4;
        double middle = four(8, t, t2) + four(12, t, t2) * t4;
        double high = four(16, t, t2) + four(20, t, t2) * t4;
        double tail = density(z) * ((low + t8 * (middle + t8 * high)) / (1 + x));
        return z < 0 ? tail : 1 - tail;
    }

    /// φ(z) = e^(−z²/2) / √(2π).
    static double density(double z) {
        return bell(near(z)) * PEAK;
    }

    private static double near(double z) {
        double x = Math.abs(z);
        return x > FARTHEST ? FARTHEST : x;
    }

    /// Four terms of P from number `i` on, over tⁱ: in the order of Estrin (1960), because sums that do not wait for
    /// one another take less time.
    private static double four(int i, double t, double t2) {
        return P[i] + P[i + 1] * t + (P[i + 2] + P[i + 3] * t) * t2;
    }

    /// e^(−x²/2): what is lost in rounding x², up to 1e-13 after the exponential, is put back. The square's exact parts
    /// are those of Dekker (1971).
    private static double bell(double x) {
        double square = x * x;
        double high = Double.longBitsToDouble(Double.doubleToRawLongBits(x) & HIGH_BITS);
        double low = x - high;
        double lost = high * high - square + 2 * high * low + low * low;
        return ScalarExponential.exp(-0.5 * square) * (1 - 0.5 * lost);
    }
}
