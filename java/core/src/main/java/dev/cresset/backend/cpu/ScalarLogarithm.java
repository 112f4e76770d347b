package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.ScalarExponential.LN2_HIGH;
import static dev.cresset.backend.cpu.ScalarExponential.LN2_LOW;

/// Logarithms, for one number.
///
/// With s = f / (2 + f), log(1 + f) is 2 artanh s = 2s + s R(s²), and because 2s = f − f s and f s = ½f² − ½f² s, it is
/// f − (½f² − s (½f² + R(s²))), which takes f as it is and rounds only what is subtracted from it. R(z) / z is the
/// polynomial of degree 7 that is nearest on 0 ≤ z ≤ 0.04, |s| ≤ 0.2: the exchange algorithm of Remez (1934) with 60
/// digits, then rounded; it errs by 1e-19 of the result. (The formula is the one of K. C. Ng's library "FDLIBM", 1993;
/// the coefficients are our own.) Errors are below 0.8 units of the last place, 1.4 for [#softplusTail].
final class ScalarLogarithm {
    static final double SMALLEST_NORMAL = 0x1p-1022;

    /// What makes numbers below that normal.
    static final double LARGE = 0x1p54;

    static final double EXPONENT_OF_LARGE = 54;

    /// The bits of √½.
    static final long ROOT = 0x3FE6A09E667F3BCDL;

    /// Added to the bits of m 2ᵏ with √½ ≤ m < √2, it makes the exponent that of 2ᵏ; the rest is what m is above √½.
    static final long FROM_ROOT = 0x3FF0000000000000L - ROOT;

    static final long FRACTION = (1L << ScalarExponential.EXPONENT) - 1;

    /// The bits of 2⁵²: with a small whole number in the last ones they are 2⁵² plus that number.
    static final long WHOLE = 0x4330000000000000L;

    /// 2⁵² plus the bias of exponents.
    static final double WHOLE_AND_BIAS = 0x1p52 + ScalarExponential.BIAS;

    /// Of z in R(z), then of z², and so on.
    static final double L1 = 0x1.555555555554fp-1;

    static final double L2 = 0x1.999999999c1aep-2;
    static final double L3 = 0x1.24924921e1832p-2;
    static final double L4 = 0x1.c71c74920346fp-3;
    static final double L5 = 0x1.745c4a5cf44e1p-3;
    static final double L6 = 0x1.3b35d01530732p-3;
    static final double L7 = 0x1.0dcaa00df547cp-3;
    static final double L8 = 0x1.1b87d621fae83p-3;

    private ScalarLogarithm() {}

    /// log x: −∞ for 0, NaN below.
    static double log(double x) {
        boolean subnormal = x < SMALLEST_NORMAL;
        long bits = Double.doubleToRawLongBits(subnormal ? x * LARGE : x) + FROM_ROOT;
        double k = exponent(bits) - (subnormal ? EXPONENT_OF_LARGE : 0);
        return atEnds(x, sum(fraction(bits) - 1, k, 0));
    }

    /// log(1 + y): −∞ for −1, NaN below.
    static double log1p(double y) {
        double x = 1 + y;
        // What rounding 1 + y has lost.
        double lost = y >= 1 ? 1 - (x - y) : y - (x - 1);
        long bits = Double.doubleToRawLongBits(x) + FROM_ROOT;
        double k = exponent(bits);
        double f = k == 0 ? y : fraction(bits) - 1;
        return atEnds(x, sum(f, k, k == 0 ? 0 : lost / x));
    }

    /// log(1 + e^(−|x|)).
    static double softplusTail(double x) {
        double e = ScalarExponential.exp(-Math.abs(x));
        // Above, log 2 + log(1 + (e − 1) / 2) keeps |s| small; e − 1 is exact.
        boolean isLarge = e > 0.5;
        return sum(isLarge ? (e - 1) * 0.5 : e, isLarge ? 1 : 0, 0);
    }

    /// k log 2 + log(1 + f) + rest.
    private static double sum(double f, double k, double rest) {
        double s = f / (2 + f);
        double z = s * s;
        double z2 = z * z;
        double low = L1 + L2 * z + (L3 + L4 * z) * z2;
        double high = L5 + L6 * z + (L7 + L8 * z) * z2;
        double r = z * (low + z2 * z2 * high);
        double half = 0.5 * f * f;
        return k * LN2_HIGH - (half - (s * (half + r) + (k * LN2_LOW + rest)) - f);
    }

    private static double exponent(long bits) {
        return Double.longBitsToDouble(bits >>> ScalarExponential.EXPONENT | WHOLE) - WHOLE_AND_BIAS;
    }

    private static double fraction(long bits) {
        return Double.longBitsToDouble((bits & FRACTION) + ROOT);
    }

    private static double atEnds(double x, double log) {
        double positive = x == Double.POSITIVE_INFINITY ? x : log;
        return x > 0 ? positive : x == 0 ? Double.NEGATIVE_INFINITY : Double.NaN;
    }
}
