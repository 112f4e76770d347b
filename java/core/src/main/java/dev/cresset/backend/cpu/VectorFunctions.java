package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.Lanes.COUNT;
import static dev.cresset.backend.cpu.Lanes.DOUBLES;
import static dev.cresset.backend.cpu.PlainFunctions.AREA_TANGENT;
import static dev.cresset.backend.cpu.PlainFunctions.EXPONENTIAL;
import static dev.cresset.backend.cpu.PlainFunctions.FAR;
import static dev.cresset.backend.cpu.PlainFunctions.GREATEST_EXPONENT;
import static dev.cresset.backend.cpu.PlainFunctions.LEAST_EXPONENT;
import static dev.cresset.backend.cpu.PlainFunctions.LN2_HIGH;
import static dev.cresset.backend.cpu.PlainFunctions.LN2_LOW;
import static dev.cresset.backend.cpu.PlainFunctions.LOG2_E;
import static dev.cresset.backend.cpu.PlainFunctions.ROUNDING;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.cresset.backend.Activation;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;

/// [CpuFunctions] in vectors: the arithmetic of [PlainFunctions], line by line.
final class VectorFunctions implements CpuFunctions {
    static final VectorFunctions ALL = new VectorFunctions();

    private static final long SIGN = Long.MIN_VALUE;

    private VectorFunctions() {}

    @Override
    public void value(Activation f, double[] x, int n) {
        double p = f.parameter();
        switch (f.kind()) {
            case IDENTITY -> {}
            case SIGMOID -> {
                for (int i = 0; i < n; i += COUNT) {
                    sigmoid(Lanes.load(x, i)).intoArray(x, i);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i += COUNT) {
                    tanh(Lanes.load(x, i)).intoArray(x, i);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i += COUNT) {
                    Lanes.load(x, i).max(0).intoArray(x, i);
                }
            }
            case LEAKY_RELU -> {
                for (int i = 0; i < n; i += COUNT) {
                    DoubleVector z = Lanes.load(x, i);
                    z.max(0).add(z.min(0).mul(p)).intoArray(x, i);
                }
            }
            case ELU -> {
                for (int i = 0; i < n; i += COUNT) {
                    DoubleVector z = Lanes.load(x, i);
                    z.blend(expm1(z).mul(p), z.compare(LE, 0)).intoArray(x, i);
                }
            }
            case GELU -> {
                for (int i = 0; i < n; i += COUNT) {
                    DoubleVector z = Lanes.load(x, i);
                    product(z, VectorNormal.distribution(z)).intoArray(x, i);
                }
            }
            case SILU -> {
                for (int i = 0; i < n; i += COUNT) {
                    DoubleVector z = Lanes.load(x, i);
                    product(z, sigmoid(z)).intoArray(x, i);
                }
            }
            case SOFTPLUS -> {
                for (int i = 0; i < n; i += COUNT) {
                    DoubleVector z = Lanes.load(x, i);
                    z.max(0).add(log1p(exp(z.abs().neg()))).intoArray(x, i);
                }
            }
        }
    }

    @Override
    public void slope(Activation f, double[] x, int n) {
        double p = f.parameter();
        switch (f.kind()) {
            case IDENTITY, SIGMOID, TANH -> PlainFunctions.ALL.slope(f, x, n);
            case RELU, LEAKY_RELU -> {
                for (int i = 0; i < n; i += COUNT) {
                    one().blend(p, Lanes.load(x, i).compare(LE, 0)).intoArray(x, i);
                }
            }
            case ELU -> {
                for (int i = 0; i < n; i += COUNT) {
                    DoubleVector z = Lanes.load(x, i);
                    one().blend(exp(z).mul(p), z.compare(LE, 0)).intoArray(x, i);
                }
            }
            case GELU -> {
                for (int i = 0; i < n; i += COUNT) {
                    DoubleVector z = Lanes.load(x, i);
                    VectorNormal.distribution(z)
                            .add(product(z, VectorNormal.density(z)))
                            .intoArray(x, i);
                }
            }
            case SILU -> {
                for (int i = 0; i < n; i += COUNT) {
                    DoubleVector z = Lanes.load(x, i);
                    DoubleVector s = sigmoid(z);
                    product(z, s.neg().add(1)).add(1).mul(s).intoArray(x, i);
                }
            }
            case SOFTPLUS -> {
                for (int i = 0; i < n; i += COUNT) {
                    sigmoid(Lanes.load(x, i)).intoArray(x, i);
                }
            }
        }
    }

    @Override
    public void exp(double[] x, int n) {
        for (int i = 0; i < n; i += COUNT) {
            exp(Lanes.load(x, i)).intoArray(x, i);
        }
    }

    @Override
    public void softplusOfNegative(double[] x, int n) {
        for (int i = 0; i < n; i += COUNT) {
            log1p(exp(Lanes.load(x, i))).intoArray(x, i);
        }
    }

    @Override
    public void multiplyUnlessFlat(double[] slope, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            product(Lanes.load(y, i), Lanes.load(slope, i)).intoArray(y, i);
        }
    }

    @Override
    public void columnSums(double[] x, double[] sums, int rows, int width) {
        for (int j = 0; j < width; j += COUNT) {
            DoubleVector sum = DoubleVector.zero(DOUBLES);
            for (int i = 0; i < rows; i++) {
                sum = sum.add(Lanes.load(x, i * width + j));
            }
            sum.intoArray(sums, j);
        }
    }

    @Override
    public void round(double[] x, int n) {
        for (int i = 0; i < n; i += COUNT) {
            Lanes.rounded(Lanes.load(x, i)).intoArray(x, i);
        }
    }

    /// What a row writes behind its end, the next row overwrites.
    @Override
    public void product(
            double[] a, int rowStep, int innerStep, double[] b, double[] c, int rows, int inner, int width) {
        int pitch = CpuFunctions.pitch(width);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j += COUNT) {
                DoubleVector sum = DoubleVector.zero(DOUBLES);
                for (int k = 0; k < inner; k++) {
                    sum = sum.add(Lanes.load(b, k * pitch + j).mul(a[i * rowStep + k * innerStep]));
                }
                sum.intoArray(c, i * width + j);
            }
        }
    }

    @Override
    public void addRow(double[] c, double[] row, int rows, int width) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j += COUNT) {
                Lanes.load(c, i * width + j).add(Lanes.load(row, j)).intoArray(c, i * width + j);
            }
        }
    }

    static DoubleVector exp(DoubleVector x) {
        DoubleVector inside = x.blend(LEAST_EXPONENT, x.compare(LT, LEAST_EXPONENT))
                .blend(GREATEST_EXPONENT, x.compare(GT, GREATEST_EXPONENT));
        DoubleVector whole = inside.mul(LOG2_E).add(ROUNDING).sub(ROUNDING);
        DoubleVector r = inside.sub(whole.mul(LN2_HIGH)).sub(whole.mul(LN2_LOW));
        DoubleVector half = whole.mul(0.5).add(ROUNDING).sub(ROUNDING);
        return r.add(r.mul(r).mul(sum(EXPONENTIAL, r))).add(1).mul(power(half)).mul(power(whole.sub(half)));
    }

    private static DoubleVector expm1(DoubleVector x) {
        DoubleVector inside = x.blend(-2 * FAR, x.compare(LT, -2 * FAR));
        DoubleVector whole = inside.mul(LOG2_E).add(ROUNDING).sub(ROUNDING);
        DoubleVector r = inside.sub(whole.mul(LN2_HIGH)).sub(whole.mul(LN2_LOW));
        DoubleVector scale = power(whole);
        return scale.mul(r.add(r.mul(r).mul(sum(EXPONENTIAL, r)))).add(scale.sub(1));
    }

    /// The polynomial with these coefficients, in rising powers.
    static DoubleVector sum(double[] coefficients, DoubleVector x) {
        DoubleVector sum = DoubleVector.broadcast(DOUBLES, coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = sum.mul(x).add(coefficients[i]);
        }
        return sum;
    }

    private static DoubleVector power(DoubleVector n) {
        LongVector bits = n.add(ROUNDING).reinterpretAsLongs();
        return bits.add(PlainFunctions.EXPONENT_BIAS)
                .lanewise(LSHL, PlainFunctions.MANTISSA)
                .reinterpretAsDoubles();
    }

    private static DoubleVector sigmoid(DoubleVector z) {
        DoubleVector e = exp(z.abs().neg());
        return e.blend(1, z.compare(GE, 0)).div(e.add(1));
    }

    private static DoubleVector tanh(DoubleVector z) {
        DoubleVector x = z.abs();
        DoubleVector near = x.blend(FAR, x.compare(GT, FAR));
        DoubleVector e = expm1(near.mul(2));
        DoubleVector a = e.div(e.add(2));
        LongVector sign = z.reinterpretAsLongs().and(SIGN);
        return a.reinterpretAsLongs().and(~SIGN).or(sign).reinterpretAsDoubles();
    }

    private static DoubleVector log1p(DoubleVector e) {
        DoubleVector s = e.mul(2).div(e.add(2));
        return s.mul(sum(AREA_TANGENT, s.mul(s).mul(0.25)));
    }

    private static DoubleVector product(DoubleVector z, DoubleVector small) {
        return z.mul(small).blend(0, small.compare(EQ, 0));
    }

    private static DoubleVector one() {
        return DoubleVector.broadcast(DOUBLES, 1);
    }
}
