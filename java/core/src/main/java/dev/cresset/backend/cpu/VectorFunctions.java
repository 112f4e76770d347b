package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.ScalarExponential.FAR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [BlockFunctions] vector by vector. Loops over arrays have no remainder, as those have slack; native memory has none.
final class VectorFunctions implements BlockFunctions {
    static final VectorFunctions ALL = new VectorFunctions();

    /// As many `double` as a register holds.
    static final VectorSpecies<Double> LANES = DoubleVector.SPECIES_PREFERRED;

    static final int COUNT = LANES.length();

    /// As many `float`, in half a register.
    static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(LANES.vectorBitSize() / 2));

    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /// Whether registers have masks, as those of AVX-512: numbers that do not fill a vector are then one more vector,
    /// of which the rest is neither read nor written. Elsewhere the compiler may allocate for a mask.
    private static final boolean HAVE_MASKS = LANES.vectorBitSize() >= 512;

    private static final long SIGN = Long.MIN_VALUE;

    private static final int WORTH_STAGING = 64;

    private VectorFunctions() {}

    @Override
    public void exp(double[] x, double[] y, int n) {
        VectorExponential.exp(x, y, n);
    }

    @Override
    public void log(double[] x, double[] y, int n) {
        VectorLogarithm.log(x, y, n);
    }

    @Override
    public void log1p(double[] x, double[] y, int n) {
        VectorLogarithm.log1p(x, y, n);
    }

    @Override
    public void softplusTail(double[] x, double[] y, int n) {
        smallPowers(x, y, n);
        VectorLogarithm.softplusTail(y, y, n);
    }

    @Override
    public void softplus(double[] x, double[] y, int n) {
        softplusTail(x, y, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector tail = DoubleVector.fromArray(LANES, y, i);
            v.max(0).add(tail).intoArray(y, i);
        }
    }

    @Override
    public void sigmoid(double[] x, double[] y, int n) {
        smallPowers(x, y, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector e = DoubleVector.fromArray(LANES, y, i);
            e.blend(1, v.compare(GE, 0)).div(e.add(1)).intoArray(y, i);
        }
    }

    @Override
    public void tanh(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector size = DoubleVector.fromArray(LANES, x, i).abs();
            size.blend(FAR, size.compare(GT, FAR)).mul(2).intoArray(y, i);
        }
        VectorExponential.expm1(y, y, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector e = DoubleVector.fromArray(LANES, y, i);
            LongVector result = e.div(e.add(2)).reinterpretAsLongs().and(~SIGN);
            LongVector sign = v.reinterpretAsLongs().and(SIGN);
            result.or(sign).reinterpretAsDoubles().intoArray(y, i);
        }
    }

    @Override
    public void elu(double[] x, double[] y, int n, double alpha) {
        VectorExponential.expm1(x, y, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector e = DoubleVector.fromArray(LANES, y, i);
            v.blend(e.mul(alpha), v.compare(LE, 0)).intoArray(y, i);
        }
    }

    @Override
    public void eluSlope(double[] x, double[] y, int n, double alpha) {
        VectorExponential.exp(x, y, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector e = DoubleVector.fromArray(LANES, y, i);
            DoubleVector one = DoubleVector.broadcast(LANES, 1);
            one.blend(e.mul(alpha), v.compare(LE, 0)).intoArray(y, i);
        }
    }

    @Override
    public void gelu(double[] x, double[] y, int n) {
        VectorNormal.density(x, y, n);
        VectorNormal.distribution(x, y, y, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector p = DoubleVector.fromArray(LANES, y, i);
            v.mul(p).blend(0, p.compare(EQ, 0)).intoArray(y, i);
        }
    }

    @Override
    public void geluSlope(double[] x, double[] y, double[] w, int n) {
        VectorNormal.density(x, y, n);
        VectorNormal.distribution(x, y, w, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector density = DoubleVector.fromArray(LANES, y, i);
            DoubleVector product = v.mul(density).blend(0, density.compare(EQ, 0));
            DoubleVector.fromArray(LANES, w, i).add(product).intoArray(y, i);
        }
    }

    @Override
    public void silu(double[] x, double[] y, int n) {
        sigmoid(x, y, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector s = DoubleVector.fromArray(LANES, y, i);
            v.mul(s).blend(0, s.compare(EQ, 0)).intoArray(y, i);
        }
    }

    @Override
    public void siluSlope(double[] x, double[] y, int n) {
        sigmoid(x, y, n);
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector s = DoubleVector.fromArray(LANES, y, i);
            DoubleVector rest = s.neg().add(1);
            DoubleVector product = v.mul(rest).blend(0, rest.compare(EQ, 0));
            product.add(1).mul(s).intoArray(y, i);
        }
    }

    /// `y ← e^(−|x|)`.
    private static void smallPowers(double[] x, double[] y, int n) {
        for (int i = 0; i < n; i += COUNT) {
            DoubleVector.fromArray(LANES, x, i).abs().neg().intoArray(y, i);
        }
        VectorExponential.exp(y, y, n);
    }

    /// Only few numbers go by vectors from native memory. Of a loop over arrays the compiler makes vector instructions
    /// itself, without asking each time whether the memory is still open: 512 numbers took 45 to 55 ns by way of
    /// `staging`, and 30 to 230 ns by vectors, as the compiler pleased.
    @Override
    public void load(MemorySegment memory, long offset, double[] y, int at, int n, float[] staging) {
        if (n >= WORTH_STAGING) {
            ScalarFunctions.ALL.load(memory, offset, y, at, n, staging);
            return;
        }
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromMemorySegment(FLOATS, memory, offset + (long) i * Float.BYTES, ORDER)
                    .convertShape(VectorOperators.F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .intoArray(y, at + i);
        }
        if (HAVE_MASKS && i < n) {
            FloatVector.fromMemorySegment(
                            FLOATS, memory, offset + (long) i * Float.BYTES, ORDER, FLOATS.indexInRange(i, n))
                    .convertShape(VectorOperators.F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .intoArray(y, at + i);
            return;
        }
        for (; i < n; i++) {
            y[at + i] = memory.get(ScalarFunctions.FLOAT, offset + (long) i * Float.BYTES);
        }
    }

    @Override
    public void store(double[] x, int at, MemorySegment memory, long offset, int n, float[] staging) {
        if (n >= WORTH_STAGING) {
            ScalarFunctions.ALL.store(x, at, memory, offset, n, staging);
            return;
        }
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            DoubleVector.fromArray(LANES, x, at + i)
                    .convertShape(VectorOperators.D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(memory, offset + (long) i * Float.BYTES, ORDER);
        }
        if (HAVE_MASKS && i < n) {
            // Most arrays have slack; a mask waits until what was written there last is in the cache.
            (at + i + COUNT <= x.length
                            ? DoubleVector.fromArray(LANES, x, at + i)
                            : DoubleVector.fromArray(LANES, x, at + i, LANES.indexInRange(i, n)))
                    .convertShape(VectorOperators.D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(memory, offset + (long) i * Float.BYTES, ORDER, FLOATS.indexInRange(i, n));
            return;
        }
        for (; i < n; i++) {
            memory.set(ScalarFunctions.FLOAT, offset + (long) i * Float.BYTES, (float) x[at + i]);
        }
    }
}
