package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuNormal.CENTRE;
import static dev.cresset.backend.cpu.CpuNormal.EVEN;
import static dev.cresset.backend.cpu.CpuNormal.FARTHEST;
import static dev.cresset.backend.cpu.CpuNormal.HIGH_BITS;
import static dev.cresset.backend.cpu.CpuNormal.ODD;
import static dev.cresset.backend.cpu.CpuNormal.ROOT_OF_2_PI;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.DoubleVector;

/// [CpuNormal] in vectors.
final class VectorNormal {
    private VectorNormal() {}

    static DoubleVector distribution(DoubleVector z) {
        DoubleVector x = near(z);
        DoubleVector t = x.sub(CENTRE).div(x.add(CENTRE));
        DoubleVector square = t.mul(t);
        DoubleVector sum = VectorFunctions.sum(EVEN, square).add(t.mul(VectorFunctions.sum(ODD, square)));
        DoubleVector tail = bell(x).mul(sum.div(x.add(1).mul(ROOT_OF_2_PI)));
        return tail.neg().add(1).blend(tail, z.compare(LT, 0));
    }

    static DoubleVector density(DoubleVector z) {
        return bell(near(z)).div(ROOT_OF_2_PI);
    }

    private static DoubleVector near(DoubleVector z) {
        DoubleVector x = z.abs();
        return x.blend(FARTHEST, x.compare(GT, FARTHEST));
    }

    private static DoubleVector bell(DoubleVector x) {
        DoubleVector square = x.mul(x);
        DoubleVector high = x.reinterpretAsLongs().and(HIGH_BITS).reinterpretAsDoubles();
        DoubleVector low = x.sub(high);
        DoubleVector lost = high.mul(high).sub(square).add(high.mul(2).mul(low)).add(low.mul(low));
        return VectorFunctions.exp(square.mul(-0.5)).mul(lost.mul(0.5).neg().add(1));
    }
}
