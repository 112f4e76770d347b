package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.ScalarExponential.BIAS;
import static dev.cresset.backend.cpu.ScalarExponential.C10;
import static dev.cresset.backend.cpu.ScalarExponential.C11;
import static dev.cresset.backend.cpu.ScalarExponential.C12;
import static dev.cresset.backend.cpu.ScalarExponential.C2;
import static dev.cresset.backend.cpu.ScalarExponential.C3;
import static dev.cresset.backend.cpu.ScalarExponential.C4;
import static dev.cresset.backend.cpu.ScalarExponential.C5;
import static dev.cresset.backend.cpu.ScalarExponential.C6;
import static dev.cresset.backend.cpu.ScalarExponential.C7;
import static dev.cresset.backend.cpu.ScalarExponential.C8;
import static dev.cresset.backend.cpu.ScalarExponential.C9;
import static dev.cresset.backend.cpu.ScalarExponential.EXPONENT;
import static dev.cresset.backend.cpu.ScalarExponential.LEAST;
import static dev.cresset.backend.cpu.ScalarExponential.LEAST_MINUS_ONE;
import static dev.cresset.backend.cpu.ScalarExponential.LN2_HIGH;
import static dev.cresset.backend.cpu.ScalarExponential.LN2_LOW;
import static dev.cresset.backend.cpu.ScalarExponential.LOG2_E;
import static dev.cresset.backend.cpu.ScalarExponential.MOST;
import static dev.cresset.backend.cpu.ScalarExponential.WHOLE;
import static dev.cresset.backend.cpu.VectorFunctions.COUNT;
import static dev.cresset.backend.cpu.VectorFunctions.LANES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;

/// [ScalarExponential], line by line, for a vector of numbers after the other.
///
/// Each function is one loop of nothing but the Vector API's methods. The compiler keeps vectors in registers where it
/// sees all that is done with them at once. It sees through the API's methods always, but through ours only until it
/// has seen about forty operations: a method of ours that takes or returns vectors behind that allocates them, and
/// takes three times as long. So formulas are written out, and what is made of them is another pass over the array.
final class VectorExponential {
    private VectorExponential() {}

    /// `y ← eˣ`; y may be x.
    static void exp(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector inside = v.blend(LEAST, v.compare(LT, LEAST)).blend(MOST, v.compare(GT, MOST));
            DoubleVector k = inside.mul(LOG2_E).add(WHOLE);
            LongVector first = inside.mul(0.5 * LOG2_E).add(WHOLE).reinterpretAsLongs();
            LongVector second = k.reinterpretAsLongs().sub(first);
            DoubleVector whole = k.sub(WHOLE);
            DoubleVector r = inside.sub(whole.mul(LN2_HIGH)).sub(whole.mul(LN2_LOW));
            DoubleVector r2 = r.mul(r);
            DoubleVector r4 = r2.mul(r2);
            DoubleVector low = r.mul(C3).add(C2).add(r.mul(C5).add(C4).mul(r2));
            DoubleVector middle = r.mul(C7).add(C6).add(r.mul(C9).add(C8).mul(r2));
            DoubleVector high = r.mul(C11).add(C10).add(r2.mul(C12));
            DoubleVector minusOne = r.add(r2.mul(low.add(r4.mul(middle.add(r4.mul(high))))));
            minusOne.add(1)
                    .mul(first.add(BIAS).lanewise(LSHL, EXPONENT).reinterpretAsDoubles())
                    .mul(second.add(BIAS).lanewise(LSHL, EXPONENT).reinterpretAsDoubles())
                    .intoArray(y, i);
        }
    }

    /// `y ← eˣ − 1` for x ≤ 700; y may be x.
    static void expm1(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector inside = v.blend(LEAST_MINUS_ONE, v.compare(LT, LEAST_MINUS_ONE));
            DoubleVector k = inside.mul(LOG2_E).add(WHOLE);
            DoubleVector scale =
                    k.reinterpretAsLongs().add(BIAS).lanewise(LSHL, EXPONENT).reinterpretAsDoubles();
            DoubleVector whole = k.sub(WHOLE);
            DoubleVector r = inside.sub(whole.mul(LN2_HIGH)).sub(whole.mul(LN2_LOW));
            DoubleVector r2 = r.mul(r);
            DoubleVector r4 = r2.mul(r2);
            DoubleVector low = r.mul(C3).add(C2).add(r.mul(C5).add(C4).mul(r2));
            DoubleVector middle = r.mul(C7).add(C6).add(r.mul(C9).add(C8).mul(r2));
            DoubleVector high = r.mul(C11).add(C10).add(r2.mul(C12));
            DoubleVector minusOne = r.add(r2.mul(low.add(r4.mul(middle.add(r4.mul(high))))));
            scale.mul(minusOne).add(scale.sub(1)).intoArray(y, i);
        }
    }
}
