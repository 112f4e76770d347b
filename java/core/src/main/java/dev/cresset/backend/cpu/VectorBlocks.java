package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.VectorFunctions.COUNT;
import static dev.cresset.backend.cpu.VectorFunctions.FLOATS;
import static dev.cresset.backend.cpu.VectorFunctions.LANES;
import static dev.cresset.backend.cpu.VectorFunctions.ORDER;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;

import dev.cresset.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// [CpuBlocks] in vectors, for float32; what fills none is left to [PlainBlocks]. Loads and stores are written out:
/// Java does not inline a method of ours where it has mostly seen rows that fill no vector, and makes objects of them.
final class VectorBlocks implements CpuBlocks {
    static final VectorBlocks ALL = new VectorBlocks();

    private VectorBlocks() {}

    @Override
    public void addRow(CpuScratch scratch, Tensor x, Tensor y, long at, int from, int to, double[] row) {
        MemorySegment source = CpuBuffer.memory(x);
        MemorySegment target = CpuBuffer.memory(y);
        long x0 = CpuBuffer.floatAt(x, at);
        long y0 = CpuBuffer.floatAt(y, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            FloatVector.fromMemorySegment(FLOATS, source, x0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .add(DoubleVector.fromArray(LANES, row, i))
                    .convertShape(D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(target, y0 + (long) i * Float.BYTES, ORDER);
        }
        if (i < to) {
            PlainBlocks.ALL.addRow(scratch, x, y, at, i, to, row);
        }
    }

    @Override
    public void relu(CpuScratch scratch, Tensor z, Tensor a, long at, int from, int to) {
        MemorySegment source = CpuBuffer.memory(z);
        MemorySegment target = CpuBuffer.memory(a);
        long z0 = CpuBuffer.floatAt(z, at);
        long a0 = CpuBuffer.floatAt(a, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            FloatVector.fromMemorySegment(FLOATS, source, z0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .max(0)
                    .convertShape(D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(target, a0 + (long) i * Float.BYTES, ORDER);
        }
        if (i < to) {
            PlainBlocks.ALL.relu(scratch, z, a, at, i, to);
        }
    }

    @Override
    public void reluGradient(CpuScratch scratch, Tensor z, Tensor da, Tensor dz, long at, int from, int to) {
        MemorySegment values = CpuBuffer.memory(z);
        MemorySegment source = CpuBuffer.memory(da);
        MemorySegment target = CpuBuffer.memory(dz);
        long z0 = CpuBuffer.floatAt(z, at);
        long da0 = CpuBuffer.floatAt(da, at);
        long dz0 = CpuBuffer.floatAt(dz, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            DoubleVector flat = FloatVector.fromMemorySegment(FLOATS, values, z0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles();
            FloatVector.fromMemorySegment(FLOATS, source, da0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .blend(0, flat.compare(VectorOperators.LE, 0))
                    .convertShape(D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(target, dz0 + (long) i * Float.BYTES, ORDER);
        }
        if (i < to) {
            PlainBlocks.ALL.reluGradient(scratch, z, da, dz, at, i, to);
        }
    }

    @Override
    public void addValues(CpuScratch scratch, Tensor x, long at, int from, int to, double[] sums) {
        MemorySegment source = CpuBuffer.memory(x);
        long x0 = CpuBuffer.floatAt(x, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            DoubleVector.fromArray(LANES, sums, i)
                    .add(FloatVector.fromMemorySegment(FLOATS, source, x0 + (long) i * Float.BYTES, ORDER)
                            .convertShape(F2D, LANES, 0)
                            .reinterpretAsDoubles())
                    .intoArray(sums, i);
        }
        if (i < to) {
            PlainBlocks.ALL.addValues(scratch, x, at, i, to, sums);
        }
    }

    @Override
    public void addSquares(CpuScratch scratch, Tensor x, long at, int from, int to, double[] mean, double[] sums) {
        MemorySegment source = CpuBuffer.memory(x);
        long x0 = CpuBuffer.floatAt(x, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            DoubleVector d = FloatVector.fromMemorySegment(FLOATS, source, x0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .sub(DoubleVector.fromArray(LANES, mean, i));
            DoubleVector.fromArray(LANES, sums, i).add(d.mul(d)).intoArray(sums, i);
        }
        if (i < to) {
            PlainBlocks.ALL.addSquares(scratch, x, at, i, to, mean, sums);
        }
    }

    @Override
    public void addProducts(
            CpuScratch scratch, Tensor x, Tensor y, long at, int from, int to, double[] sums, double[] others) {
        MemorySegment firsts = CpuBuffer.memory(x);
        MemorySegment seconds = CpuBuffer.memory(y);
        long x0 = CpuBuffer.floatAt(x, at);
        long y0 = CpuBuffer.floatAt(y, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            DoubleVector first = FloatVector.fromMemorySegment(FLOATS, firsts, x0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles();
            DoubleVector.fromArray(LANES, sums, i)
                    .add(first.mul(FloatVector.fromMemorySegment(FLOATS, seconds, y0 + (long) i * Float.BYTES, ORDER)
                            .convertShape(F2D, LANES, 0)
                            .reinterpretAsDoubles()))
                    .intoArray(sums, i);
            DoubleVector.fromArray(LANES, others, i).add(first).intoArray(others, i);
        }
        if (i < to) {
            PlainBlocks.ALL.addProducts(scratch, x, y, at, i, to, sums, others);
        }
    }

    @Override
    public void normalize(
            CpuScratch scratch,
            Tensor x,
            Tensor xhat,
            Tensor y,
            long at,
            int from,
            int to,
            double[] mean,
            double[] inverse,
            double[] gamma,
            double[] beta) {
        MemorySegment source = CpuBuffer.memory(x);
        MemorySegment normals = CpuBuffer.memory(xhat);
        MemorySegment target = CpuBuffer.memory(y);
        long x0 = CpuBuffer.floatAt(x, at);
        long xhat0 = CpuBuffer.floatAt(xhat, at);
        long y0 = CpuBuffer.floatAt(y, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            DoubleVector normal = FloatVector.fromMemorySegment(FLOATS, source, x0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .sub(DoubleVector.fromArray(LANES, mean, i))
                    .mul(DoubleVector.fromArray(LANES, inverse, i));
            normal.convertShape(D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(normals, xhat0 + (long) i * Float.BYTES, ORDER);
            DoubleVector.fromArray(LANES, gamma, i)
                    .mul(normal)
                    .add(DoubleVector.fromArray(LANES, beta, i))
                    .convertShape(D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(target, y0 + (long) i * Float.BYTES, ORDER);
        }
        if (i < to) {
            PlainBlocks.ALL.normalize(scratch, x, xhat, y, at, i, to, mean, inverse, gamma, beta);
        }
    }

    @Override
    public void normalizeGradient(
            CpuScratch scratch,
            Tensor dy,
            Tensor xhat,
            Tensor dx,
            long at,
            int from,
            int to,
            double[] scale,
            double[] dbeta,
            double[] dgamma) {
        MemorySegment source = CpuBuffer.memory(dy);
        MemorySegment normals = CpuBuffer.memory(xhat);
        MemorySegment target = CpuBuffer.memory(dx);
        long dy0 = CpuBuffer.floatAt(dy, at);
        long xhat0 = CpuBuffer.floatAt(xhat, at);
        long dx0 = CpuBuffer.floatAt(dx, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            DoubleVector spread = FloatVector.fromMemorySegment(FLOATS, normals, xhat0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .mul(DoubleVector.fromArray(LANES, dgamma, i));
            DoubleVector rest = FloatVector.fromMemorySegment(FLOATS, source, dy0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .sub(DoubleVector.fromArray(LANES, dbeta, i))
                    .sub(spread);
            DoubleVector.fromArray(LANES, scale, i)
                    .mul(rest)
                    .convertShape(D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(target, dx0 + (long) i * Float.BYTES, ORDER);
        }
        if (i < to) {
            PlainBlocks.ALL.normalizeGradient(scratch, dy, xhat, dx, at, i, to, scale, dbeta, dgamma);
        }
    }

    @Override
    public void sgd(CpuScratch scratch, Tensor g, Tensor w, long at, int from, int to, double lr, double decay) {
        MemorySegment gradients = CpuBuffer.memory(g);
        MemorySegment weights = CpuBuffer.memory(w);
        long g0 = CpuBuffer.floatAt(g, at);
        long w0 = CpuBuffer.floatAt(w, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            DoubleVector weight = FloatVector.fromMemorySegment(FLOATS, weights, w0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles();
            DoubleVector gradient = FloatVector.fromMemorySegment(FLOATS, gradients, g0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .add(weight.mul(decay));
            weight.sub(gradient.mul(lr))
                    .convertShape(D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(weights, w0 + (long) i * Float.BYTES, ORDER);
        }
        if (i < to) {
            PlainBlocks.ALL.sgd(scratch, g, w, at, i, to, lr, decay);
        }
    }

    @Override
    public void momentum(
            CpuScratch scratch,
            Tensor g,
            Tensor v,
            Tensor w,
            long at,
            int from,
            int to,
            double lr,
            double momentum,
            double fresh,
            double decay) {
        MemorySegment gradients = CpuBuffer.memory(g);
        MemorySegment previous = CpuBuffer.memory(v);
        MemorySegment weights = CpuBuffer.memory(w);
        long g0 = CpuBuffer.floatAt(g, at);
        long v0 = CpuBuffer.floatAt(v, at);
        long w0 = CpuBuffer.floatAt(w, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            DoubleVector weight = FloatVector.fromMemorySegment(FLOATS, weights, w0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles();
            DoubleVector gradient = FloatVector.fromMemorySegment(FLOATS, gradients, g0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .add(weight.mul(decay));
            DoubleVector velocity = FloatVector.fromMemorySegment(FLOATS, previous, v0 + (long) i * Float.BYTES, ORDER)
                    .convertShape(F2D, LANES, 0)
                    .reinterpretAsDoubles()
                    .mul(momentum)
                    .add(gradient.mul(fresh));
            velocity.convertShape(D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(previous, v0 + (long) i * Float.BYTES, ORDER);
            weight.sub(velocity.mul(lr))
                    .convertShape(D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(weights, w0 + (long) i * Float.BYTES, ORDER);
        }
        if (i < to) {
            PlainBlocks.ALL.momentum(scratch, g, v, w, at, i, to, lr, momentum, fresh, decay);
        }
    }
}
