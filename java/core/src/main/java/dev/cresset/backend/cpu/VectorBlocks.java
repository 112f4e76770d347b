package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.VectorFunctions.COUNT;

import dev.cresset.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/// [CpuBlocks] in vectors, for float32; what fills none is left to [PlainBlocks].
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
            Lanes.store(Lanes.load(source, x0, i).add(Lanes.load(row, i)), target, y0, i);
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
            Lanes.store(Lanes.load(source, z0, i).max(0), target, a0, i);
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
            DoubleVector flat = Lanes.load(values, z0, i);
            Lanes.store(Lanes.load(source, da0, i).blend(0, flat.compare(VectorOperators.LE, 0)), target, dz0, i);
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
            Lanes.load(sums, i).add(Lanes.load(source, x0, i)).intoArray(sums, i);
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
            DoubleVector d = Lanes.load(source, x0, i).sub(Lanes.load(mean, i));
            Lanes.load(sums, i).add(d.mul(d)).intoArray(sums, i);
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
            DoubleVector first = Lanes.load(firsts, x0, i);
            Lanes.load(sums, i).add(first.mul(Lanes.load(seconds, y0, i))).intoArray(sums, i);
            Lanes.load(others, i).add(first).intoArray(others, i);
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
            DoubleVector normal =
                    Lanes.load(source, x0, i).sub(Lanes.load(mean, i)).mul(Lanes.load(inverse, i));
            Lanes.store(normal, normals, xhat0, i);
            Lanes.store(Lanes.load(gamma, i).mul(normal).add(Lanes.load(beta, i)), target, y0, i);
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
            DoubleVector spread = Lanes.load(normals, xhat0, i).mul(Lanes.load(dgamma, i));
            DoubleVector rest =
                    Lanes.load(source, dy0, i).sub(Lanes.load(dbeta, i)).sub(spread);
            Lanes.store(Lanes.load(scale, i).mul(rest), target, dx0, i);
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
            DoubleVector weight = Lanes.load(weights, w0, i);
            DoubleVector gradient = Lanes.load(gradients, g0, i).add(weight.mul(decay));
            Lanes.store(weight.sub(gradient.mul(lr)), weights, w0, i);
        }
        if (Lanes.HAVE_MASKS && i < to) {
            DoubleVector weight = Lanes.load(weights, w0, i, to);
            DoubleVector gradient = Lanes.load(gradients, g0, i, to).add(weight.mul(decay));
            Lanes.store(weight.sub(gradient.mul(lr)), weights, w0, i, to);
        } else if (i < to) {
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
        MemorySegment velocities = CpuBuffer.memory(v);
        MemorySegment weights = CpuBuffer.memory(w);
        long g0 = CpuBuffer.floatAt(g, at);
        long v0 = CpuBuffer.floatAt(v, at);
        long w0 = CpuBuffer.floatAt(w, at);
        int i = from;
        for (; i <= to - COUNT; i += COUNT) {
            DoubleVector weight = Lanes.load(weights, w0, i);
            DoubleVector gradient = Lanes.load(gradients, g0, i).add(weight.mul(decay));
            DoubleVector velocity = Lanes.load(velocities, v0, i).mul(momentum).add(gradient.mul(fresh));
            Lanes.store(velocity, velocities, v0, i);
            Lanes.store(weight.sub(velocity.mul(lr)), weights, w0, i);
        }
        if (Lanes.HAVE_MASKS && i < to) {
            DoubleVector weight = Lanes.load(weights, w0, i, to);
            DoubleVector gradient = Lanes.load(gradients, g0, i, to).add(weight.mul(decay));
            DoubleVector velocity =
                    Lanes.load(velocities, v0, i, to).mul(momentum).add(gradient.mul(fresh));
            Lanes.store(velocity, velocities, v0, i, to);
            Lanes.store(weight.sub(velocity.mul(lr)), weights, w0, i, to);
        } else if (i < to) {
            PlainBlocks.ALL.momentum(scratch, g, v, w, at, i, to, lr, momentum, fresh, decay);
        }
    }
}
