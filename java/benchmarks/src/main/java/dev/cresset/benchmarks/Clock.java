package dev.cresset.benchmarks;

import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a contestant's program does: ten steps whose losses it prints, then steps in blocks, whose times it prints.
final class Clock {
    /// Steps whose losses are compared.
    static final int CHECKED = 10;

    private static final double WARM_UP = 0.3;
    private static final double BLOCK_SECONDS = 0.05;

    private Clock() {}

    /// A training step on batch number i, counted from 0, round and round.
    interface Step {
        void run(int i);
    }

    /// The loss of the last step's batch, before that step; waits for it.
    interface LastLoss {
        double value();
    }

    static void run(double seconds, Step step, LastLoss loss) {
        List<Double> losses = new ArrayList<>();
        int done = 0;
        for (; done < CHECKED; done++) {
            step.run(done);
            losses.add(loss.value());
        }
        int inBlock = 1;
        double warm = 0;
        while (warm < WARM_UP * seconds) {
            double block = block(step, loss, done, inBlock);
            done += inBlock;
            warm += block;
            inBlock = (int) Math.clamp(inBlock * BLOCK_SECONDS / Math.max(block, 1e-9), 1, 2.0 * inBlock);
        }
        List<Double> times = new ArrayList<>();
        for (double spent = 0; spent < (1 - WARM_UP) * seconds; ) {
            double block = block(step, loss, done, inBlock);
            done += inBlock;
            spent += block;
            times.add(block / inBlock);
        }
        System.out.println(new Gson().toJson(Map.of("losses", losses, "seconds", times)));
    }

    private static double block(Step step, LastLoss loss, int from, int count) {
        long begin = System.nanoTime();
        for (int i = from; i < from + count; i++) {
            step.run(i);
        }
        loss.value();
        return (System.nanoTime() - begin) * 1e-9;
    }
}
