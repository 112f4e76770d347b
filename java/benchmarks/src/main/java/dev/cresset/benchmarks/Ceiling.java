package dev.cresset.benchmarks;

import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What this machine's cores can do at most: fused multiply-adds in float32, on registers alone.
final class Ceiling {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;
    private static final int TURNS = 2_000_000;

    private Ceiling() {}

    /// Floating-point operations in a nanosecond on so many threads at once, two for each multiply-add: the best of
    /// some.
    static double gigaflops(int threads) throws InterruptedException {
        double best = 0;
        for (int i = 0; i < 6; i++) {
            List<Thread> team = new ArrayList<>();
            long begin = System.nanoTime();
            for (int t = 0; t < threads; t++) {
                team.add(Thread.ofPlatform().start(() -> turn(TURNS)));
            }
            for (Thread thread : team) {
                thread.join();
            }
            double flops = 2.0 * LANES.length() * CHAINS * TURNS * threads;
            best = Math.max(best, flops / (System.nanoTime() - begin));
        }
        return best;
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
