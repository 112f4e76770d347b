package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuNormal.CENTRE;
import static dev.cresset.backend.cpu.CpuNormal.FARTHEST;
import static dev.cresset.backend.cpu.CpuNormal.HIGH_BITS;
import static dev.cresset.backend.cpu.CpuNormal.P;
import static dev.cresset.backend.cpu.CpuNormal.PEAK;
import static dev.cresset.backend.cpu.VectorFunctions.COUNT;
import static dev.cresset.backend.cpu.VectorFunctions.LANES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.DoubleVector;

/// [CpuNormal], line by line, for a vector of numbers after the other; written out like [VectorExponential].
final class VectorNormal {
    private VectorNormal() {}

    /// `y ← φ(z)`; y is not z.
    static void density(double[] z, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector x = DoubleVector.fromArray(LANES, z, i).abs();
            DoubleVector near = x.blend(FARTHEST, x.compare(GT, FARTHEST));
            near.mul(near).mul(-0.5).intoArray(y, i);
        }
        VectorExponential.exp(y, y, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, z, i).abs();
            DoubleVector x = v.blend(FARTHEST, v.compare(GT, FARTHEST));
            DoubleVector high = x.reinterpretAsLongs().and(HIGH_BITS).reinterpretAsDoubles();
            DoubleVector low = x.sub(high);
            DoubleVector rounded = high.mul(high).sub(x.mul(x));
            DoubleVector lost = rounded.add(high.mul(2).mul(low)).add(low.mul(low));
            DoubleVector power = DoubleVector.fromArray(LANES, y, i);
            power.mul(lost.mul(0.5).neg().add(1)).mul(PEAK).intoArray(y, i);
        }
    }

    /// `y ← Φ(z)`, for density = φ(z); y may be density, and is not z.
    static void distribution(double[] z, double[] density, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, z, i);
            DoubleVector size = v.abs();
            DoubleVector x = size.blend(FARTHEST, size.compare(GT, FARTHEST));
            DoubleVector t = x.sub(CENTRE).div(x.add(CENTRE));
            DoubleVector t2 = t.mul(t);
            DoubleVector t4 = t2.mul(t2);
            DoubleVector t8 = t4.mul(t4);
            DoubleVector p0 = t.mul(P[1]).add(P[0]).add(t.mul(P[3]).add(P[2]).mul(t2));
            DoubleVector p4 = t.mul(P[5]).add(P[4]).add(t.mul(P[7]).add(P[6]).mul(t2));
            DoubleVector p8 = t.mul(P[9]).add(P[8]).add(t.mul(P[11]).add(P[10]).mul(t2));
            DoubleVector p12 =
                    t.mul(P[13]).add(P[12]).add(t.mul(P[15]).add(P[14]).mul(t2));
            DoubleVector p16 =
                    t.mul(P[17]).add(P[16]).add(t.mul(P[19]).add(P[18]).mul(t2));
            DoubleVector p20 =
                    t.mul(P[21]).add(P[20]).add(t.mul(P[23]).add(P[22]).mul(t2));
            DoubleVector low = p0.add(p4.mul(t4));
            DoubleVector middle = p8.add(p12.mul(t4));
            DoubleVector high = p16.add(p20.mul(t4));
            DoubleVector ratio = low.add(t8.mul(middle.add(t8.mul(high)))).div(x.add(1));
            DoubleVector tail = DoubleVector.fromArray(LANES, density, i).mul(ratio);
            tail.neg().add(1).blend(tail, v.compare(LT, 0)).intoArray(y, i);
        }
    }
}
