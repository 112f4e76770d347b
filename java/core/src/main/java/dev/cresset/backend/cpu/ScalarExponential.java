package dev.cresset.backend.cpu;

/// The exponential and what is made of it, for one number.
///
/// With k the whole number nearest to x / ln 2 and r = x − k ln 2, |r| ≤ ½ ln 2, eˣ is 2ᵏ eʳ and eʳ − 1 − r is r² P(r).
/// P is the polynomial of degree 10 that is nearest to that, with the greatest error relative to eʳ − 1 as small as
/// possible: the exchange algorithm of Remez (1934) with 60 digits, then rounded; it errs by 3e-19. The pieces of P are
/// added in the order of Estrin (1960), two by two, because in Horner's each sum waits for the one inside.
///
/// Errors are below 0.9 units of the last place for eˣ, where the result is subnormal too, 1.8 for eˣ − 1 and the
/// sigmoid, and 2.3 for tanh. NaN in is NaN out.
final class ScalarExponential {
    static final double LOG2_E = 1.4426950408889634;

    /// ln 2 in two parts; the first ends in 21 zeros, so its products with whole numbers are exact.
    static final double LN2_HIGH = 0x1.62e42feep-1;

    static final double LN2_LOW = 0x1.a39ef35793c76p-33;

    /// 1.5 · 2⁵². Added to a number far smaller it leaves no bit for a fraction: the sum's last bits are the number
    /// rounded to a whole one, in two's complement.
    static final double WHOLE = 0x1.8p52;

    /// At and below this eˣ is 0, at and above [#MOST] it is ∞.
    static final double LEAST = -746;

    static final double MOST = 710;

    /// At and below this eˣ − 1 is −1.
    static final double LEAST_MINUS_ONE = -40;

    /// From here on tanh is 1.
    static final double FAR = 20;

    static final int EXPONENT = 52;
    static final long BIAS = 1023;

    /// Of r² in eʳ, then of r³, and so on.
    static final double C2 = 0.5;

    static final double C3 = 0x1.5555555555559p-3;
    static final double C4 = 0x1.555555555555ap-5;
    static final double C5 = 0x1.111111110f6afp-7;
    static final double C6 = 0x1.6c16c16c1441bp-10;
    static final double C7 = 0x1.a01a01afe5252p-13;
    static final double C8 = 0x1.a01a01b0c4614p-16;
    static final double C9 = 0x1.71ddf853a1041p-19;
    static final double C10 = 0x1.27e4c589ec87ap-22;
    static final double C11 = 0x1.af5ebf058bc1ap-26;
    static final double C12 = 0x1.1f957fbb375f2p-29;

    private ScalarExponential() {}

    /// eˣ.
    static double exp(double x) {
        double inside = x < LEAST ? LEAST : x > MOST ? MOST : x;
        double k = inside * LOG2_E + WHOLE;
        // 2ᵏ alone may be too large or too small where 2ᵏ eʳ is not, so it is two factors.
        double half = inside * (0.5 * LOG2_E) + WHOLE;
        long first = Double.doubleToRawLongBits(half);
        long second = Double.doubleToRawLongBits(k) - first;
        return (1 + minusOne(rest(inside, k - WHOLE))) * power(first) * power(second);
    }

    /// eˣ − 1 for x ≤ 700, accurate for small x.
    static double expm1(double x) {
        double inside = x < LEAST_MINUS_ONE ? LEAST_MINUS_ONE : x;
        double k = inside * LOG2_E + WHOLE;
        double scale = power(Double.doubleToRawLongBits(k));
        return scale * minusOne(rest(inside, k - WHOLE)) + (scale - 1);
    }

    /// 1 / (1 + e⁻ˣ), by the exponential that cannot overflow.
    static double sigmoid(double x) {
        double e = exp(-Math.abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /// tanh |x| = (e^(2|x|) − 1) / (e^(2|x|) + 1), with the sign of x.
    static double tanh(double x) {
        double size = Math.abs(x);
        double e = expm1(2 * (size > FAR ? FAR : size));
        return Math.copySign(e / (e + 2), x);
    }

    private static double rest(double x, double k) {
        return x - k * LN2_HIGH - k * LN2_LOW;
    }

    /// eʳ − 1.
    private static double minusOne(double r) {
        double r2 = r * r;
        double r4 = r2 * r2;
        double low = C2 + C3 * r + (C4 + C5 * r) * r2;
        double middle = C6 + C7 * r + (C8 + C9 * r) * r2;
        double high = C10 + C11 * r + C12 * r2;
        return r + r2 * (low + r4 * (middle + r4 * high));
    }

    /// 2ᵏ for the whole number k, −1022 to 1023, in the last bits.
    private static double power(long k) {
        return Double.longBitsToDouble(k + BIAS << EXPONENT);
    }
}
