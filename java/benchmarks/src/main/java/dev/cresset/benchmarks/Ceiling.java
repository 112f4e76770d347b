package dev.cresset.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What this machine's cores can do at most: fused multiply-adds in float32, on registers alone.
final class Ceiling {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;
    private static final int TURNS = 150_000;

    /// Where results go, so that they are computed.
    @SuppressWarnings("unused")
    private static volatile float seen;

    private Ceiling() {}

    /// Floating-point operations in a nanosecond on so many threads at once, two for each multiply-add: the sum of what
    /// each of them saw for itself, so that starting them is not counted.
    static double gigaflops(int threads) throws InterruptedException {
        DoubleAdder sum = new DoubleAdder();
        List<Thread> team = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            team.add(Thread.ofPlatform().start(() -> sum.add(ofThisThread())));
        }
        for (Thread thread : team) {
            thread.join();
        }
        return sum.sum();
    }

    private static double ofThisThread() {
        long begin = System.nanoTime();
        seen = turn(TURNS);
        return 2.0 * LANES.length() * CHAINS * TURNS / (System.nanoTime() - begin);
    }

    /// So many chains that none waits for its own last result.
    private static float turn(int count) {
        FloatVector scale = FloatVector.broadcast(LANES, 0.999f);
        FloatVector add = FloatVector.broadcast(LANES, 1e-3f);
        FloatVector a = add;
        FloatVector b = add;
        FloatVector c = add;
        FloatVector d = add;
        FloatVector e = add;
        FloatVector f = add;
        FloatVector g = add;
        FloatVector h = add;
        FloatVector i = add;
        FloatVector j = add;
        FloatVector k = add;
        FloatVector l = add;
        for (int turn = 0; turn < count; turn++) {
            a = a.fma(scale, add);
            b = b.fma(scale, add);
            c = c.fma(scale, add);
            d = d.fma(scale, add);
            e = e.fma(scale, add);
            f = f.fma(scale, add);
            g = g.fma(scale, add);
            h = h.fma(scale, add);
            i = i.fma(scale, add);
            j = j.fma(scale, add);
            k = k.fma(scale, add);
            l = l.fma(scale, add);
        }
        FloatVector left = a.add(b).add(c).add(d).add(e).add(f);
        return left.add(g).add(h).add(i).add(j).add(k).add(l).reduceLanes(VectorOperators.ADD);
    }
}
