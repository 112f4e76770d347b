package dev.cresset.backend.cpu;

import dev.cresset.backend.Activation;
import java.util.Arrays;

/// [CpuFunctions] number by number.
///
/// The elementary functions are our own, of nothing but sums, products, quotients and bits, so that vectors can do the
/// same to the same bits. Against 60 digits their relative error is below 2 units in the last place of float64, 4 for
/// tanh; NaN in is NaN out.
final class PlainFunctions implements CpuFunctions {
    static final PlainFunctions ALL = new PlainFunctions();

    /// Added to a number below 2⁵¹ and subtracted again, it rounds to a whole one, and the sum's last bits are that.
    static final double ROUNDING = 0x1.8p52;

    static final double LOG2_E = 0x1.71547652b82fep0;

    /// ln 2 in two parts, the first of so few digits that its products with exponents are exact.
    static final double LN2_HIGH = 0x1.62e42feep-1;

    static final double LN2_LOW = 0x1.a39ef35793c76p-33;

    /// Outside of these e^x is 0 and ∞.
    static final double LEAST_EXPONENT = -746;

    static final double GREATEST_EXPONENT = 710;

    /// Beyond this tanh is 1 in float64.
    static final double FAR = 20;

    /// 1/2!, 1/3!, …: of (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2, where what is left out is below 1e-17.
    static final double[] EXPONENTIAL = {
        1 / 2.0,
        1 / 6.0,
        1 / 24.0,
        1 / 120.0,
        1 / 720.0,
        1 / 5040.0,
        1 / 40320.0,
        1 / 362880.0,
        1 / 3628800.0,
        1 / 39916800.0,
        1 / 479001600.0,
        1 / 6227020800.0
    };

    /// Of artanh(s) / s in rising powers of s² in [0, 1/9]: the polynomial through the 12 Chebyshev nodes, computed
    /// with 80 digits.
    static final double[] AREA_TANGENT = {
        1.0,
        0.3333333333333334,
        0.19999999999996435,
        0.14285714286311463,
        0.11111111059551837,
        0.09090911711247626,
        0.07692223530229984,
        0.06668438407871918,
        0.05857637334055213,
        0.05488308318973747,
        0.03490195249166216,
        0.08244142965694784
    };

    static final long EXPONENT_BIAS = 1023;
    static final int MANTISSA = 52;

    private PlainFunctions() {}

    @Override
    public void value(Activation f, double[] x, int n) {
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
                    x[i] = tanh(x[i]);
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
                    x[i] = x[i] <= 0 ? p * expm1(x[i]) : x[i];
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
                    x[i] = Math.max(x[i], 0) + log1p(exp(-Math.abs(x[i])));
                }
            }
        }
    }

    @Override
    public void slope(Activation f, double[] x, int n) {
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
                    x[i] = x[i] <= 0 ? p * exp(x[i]) : 1;
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

    @Override
    public void exp(double[] x, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = exp(x[i]);
        }
    }

    @Override
    public void softplusOfNegative(double[] x, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = log1p(exp(x[i]));
        }
    }

    @Override
    public void multiplyUnlessFlat(double[] slope, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = CpuSelect.unlessZero(slope[i], slope[i] * y[i]);
        }
    }

    @Override
    public void columnSums(double[] x, double[] sums, int rows, int width) {
        Arrays.fill(sums, 0, width, 0);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                sums[j] += x[i * width + j];
            }
        }
    }

    @Override
    public void round(double[] x, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = (float) x[i];
        }
    }

    @Override
    public void product(
            double[] a, int rowStep, int innerStep, double[] b, double[] c, int rows, int inner, int width) {
        int pitch = CpuFunctions.pitch(width);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += a[i * rowStep + k * innerStep] * b[k * pitch + j];
                }
                c[i * width + j] = sum;
            }
        }
    }

    @Override
    public void addRow(double[] c, double[] row, int rows, int width) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                c[i * width + j] += row[j];
            }
        }
    }

    /// e^x = 2^n · e^r with n the whole number nearest to x / ln 2.
    static double exp(double x) {
        double inside = x < LEAST_EXPONENT ? LEAST_EXPONENT : x > GREATEST_EXPONENT ? GREATEST_EXPONENT : x;
        double whole = inside * LOG2_E + ROUNDING - ROUNDING;
        double r = inside - whole * LN2_HIGH - whole * LN2_LOW;
        // In two factors, since 2^n alone may be too large or too small where the result is not.
        double half = whole * 0.5 + ROUNDING - ROUNDING;
        return (1 + (r + r * r * sum(EXPONENTIAL, r))) * power(half) * power(whole - half);
    }

    /// e^x − 1 for x ≤ 2 · [#FAR], accurate near 0.
    static double expm1(double x) {
        double inside = x < -2 * FAR ? -2 * FAR : x;
        double whole = inside * LOG2_E + ROUNDING - ROUNDING;
        double r = inside - whole * LN2_HIGH - whole * LN2_LOW;
        double scale = power(whole);
        return scale * (r + r * r * sum(EXPONENTIAL, r)) + (scale - 1);
    }

    /// The polynomial with these coefficients, in rising powers.
    static double sum(double[] coefficients, double x) {
        double sum = coefficients[coefficients.length - 1];
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }

    /// 2^n for a whole n in −1022 .. 1023.
    private static double power(double n) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(n + ROUNDING) + EXPONENT_BIAS << MANTISSA);
    }

    static double sigmoid(double z) {
        double e = exp(-Math.abs(z));
        return (z >= 0 ? 1 : e) / (1 + e);
    }

    /// tanh |z| = (e^(2|z|) − 1) / (e^(2|z|) + 1).
    static double tanh(double z) {
        double x = Math.abs(z);
        double e = expm1(2 * (x > FAR ? FAR : x));
        return Math.copySign(e / (e + 2), z);
    }

    /// log(1 + e) for e in [0, 1]: 2 artanh(e / (2 + e)).
    static double log1p(double e) {
        double s = 2 * e / (2 + e);
        return s * sum(AREA_TANGENT, s * s * 0.25);
    }

    /// z · small, where `small` is 0 for an infinite z and wins: the limit of z·Φ(z) at −∞ is 0.
    private static double product(double z, double small) {
        return small == 0 ? 0 : z * small;
    }
}
