package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.ScalarExponential.EXPONENT;
import static dev.cresset.backend.cpu.ScalarExponential.LN2_HIGH;
import static dev.cresset.backend.cpu.ScalarExponential.LN2_LOW;
import static dev.cresset.backend.cpu.ScalarLogarithm.EXPONENT_OF_LARGE;
import static dev.cresset.backend.cpu.ScalarLogarithm.FRACTION;
import static dev.cresset.backend.cpu.ScalarLogarithm.FROM_ROOT;
import static dev.cresset.backend.cpu.ScalarLogarithm.L1;
import static dev.cresset.backend.cpu.ScalarLogarithm.L2;
import static dev.cresset.backend.cpu.ScalarLogarithm.L3;
import static dev.cresset.backend.cpu.ScalarLogarithm.L4;
import static dev.cresset.backend.cpu.ScalarLogarithm.L5;
import static dev.cresset.backend.cpu.ScalarLogarithm.L6;
import static dev.cresset.backend.cpu.ScalarLogarithm.L7;
import static dev.cresset.backend.cpu.ScalarLogarithm.L8;
import static dev.cresset.backend.cpu.ScalarLogarithm.LARGE;
import static dev.cresset.backend.cpu.ScalarLogarithm.ROOT;
import static dev.cresset.backend.cpu.ScalarLogarithm.SMALLEST_NORMAL;
import static dev.cresset.backend.cpu.ScalarLogarithm.WHOLE;
import static dev.cresset.backend.cpu.ScalarLogarithm.WHOLE_AND_BIAS;
import static dev.cresset.backend.cpu.VectorFunctions.COUNT;
import static dev.cresset.backend.cpu.VectorFunctions.LANES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarLogarithm], line by line, for a vector of numbers after the other; written out like [VectorExponential].
final class VectorLogarithm {
    private VectorLogarithm() {}

    /// `y ← log x`; y may be x.
    static void log(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            VectorMask<Double> subnormal = v.compare(LT, SMALLEST_NORMAL);
            LongVector bits =
                    v.blend(v.mul(LARGE), subnormal).reinterpretAsLongs().add(FROM_ROOT);
            DoubleVector exponent = bits.lanewise(LSHR, EXPONENT)
                    .or(WHOLE)
                    .reinterpretAsDoubles()
                    .sub(WHOLE_AND_BIAS);
            DoubleVector k = exponent.blend(exponent.sub(EXPONENT_OF_LARGE), subnormal);
            DoubleVector f = bits.and(FRACTION).add(ROOT).reinterpretAsDoubles().sub(1);
            DoubleVector s = f.div(f.add(2));
            DoubleVector z = s.mul(s);
            DoubleVector z2 = z.mul(z);
            DoubleVector low = z.mul(L2).add(L1).add(z.mul(L4).add(L3).mul(z2));
            DoubleVector high = z.mul(L6).add(L5).add(z.mul(L8).add(L7).mul(z2));
            DoubleVector r = z.mul(low.add(z2.mul(z2).mul(high)));
            DoubleVector half = f.mul(0.5).mul(f);
            DoubleVector inner = s.mul(half.add(r)).add(k.mul(LN2_LOW));
            DoubleVector log = k.mul(LN2_HIGH).sub(half.sub(inner).sub(f));
            DoubleVector.broadcast(LANES, Double.NaN)
                    .blend(log, v.compare(GT, 0))
                    .blend(Double.NEGATIVE_INFINITY, v.compare(EQ, 0))
                    .blend(Double.POSITIVE_INFINITY, v.compare(EQ, Double.POSITIVE_INFINITY))
                    .intoArray(y, i);
        }
    }

    /// `y ← log(1 + x)`; y may be x.
    static void log1p(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector u = v.add(1);
            DoubleVector lost = v.sub(u.sub(1)).blend(u.sub(v).neg().add(1), v.compare(GE, 1));
            LongVector bits = u.reinterpretAsLongs().add(FROM_ROOT);
            DoubleVector k = bits.lanewise(LSHR, EXPONENT)
                    .or(WHOLE)
                    .reinterpretAsDoubles()
                    .sub(WHOLE_AND_BIAS);
            VectorMask<Double> near = k.compare(EQ, 0);
            DoubleVector rest = lost.div(u).blend(0, near);
            DoubleVector f =
                    bits.and(FRACTION).add(ROOT).reinterpretAsDoubles().sub(1).blend(v, near);
            DoubleVector s = f.div(f.add(2));
            DoubleVector z = s.mul(s);
            DoubleVector z2 = z.mul(z);
            DoubleVector low = z.mul(L2).add(L1).add(z.mul(L4).add(L3).mul(z2));
            DoubleVector high = z.mul(L6).add(L5).add(z.mul(L8).add(L7).mul(z2));
            DoubleVector r = z.mul(low.add(z2.mul(z2).mul(high)));
            DoubleVector half = f.mul(0.5).mul(f);
            DoubleVector inner = s.mul(half.add(r)).add(k.mul(LN2_LOW).add(rest));
            DoubleVector log = k.mul(LN2_HIGH).sub(half.sub(inner).sub(f));
            DoubleVector.broadcast(LANES, Double.NaN)
                    .blend(log, u.compare(GT, 0))
                    .blend(Double.NEGATIVE_INFINITY, u.compare(EQ, 0))
                    .blend(Double.POSITIVE_INFINITY, u.compare(EQ, Double.POSITIVE_INFINITY))
                    .intoArray(y, i);
        }
    }

    /// `y ← log(1 + e)` for the e = e^(−|x|) of [ScalarLogarithm#softplusTail]; y may be e.
    static void softplusTail(double[] e, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, e, i);
            VectorMask<Double> isLarge = v.compare(GT, 0.5);
            DoubleVector f = v.blend(v.sub(1).mul(0.5), isLarge);
            DoubleVector k = DoubleVector.zero(LANES).blend(1, isLarge);
            DoubleVector s = f.div(f.add(2));
            DoubleVector z = s.mul(s);
            DoubleVector z2 = z.mul(z);
            DoubleVector low = z.mul(L2).add(L1).add(z.mul(L4).add(L3).mul(z2));
            DoubleVector high = z.mul(L6).add(L5).add(z.mul(L8).add(L7).mul(z2));
            DoubleVector r = z.mul(low.add(z2.mul(z2).mul(high)));
            DoubleVector half = f.mul(0.5).mul(f);
            DoubleVector inner = s.mul(half.add(r)).add(k.mul(LN2_LOW));
            k.mul(LN2_HIGH).sub(half.sub(inner).sub(f)).intoArray(y, i);
        }
    }
}
