package dev.cresset.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How long one of many took: blocks of it, each long enough for a clock, submitted without a wait inside.
///
/// @param seconds of one, in each block, from first to last: submission, computing and one wait by block
/// @param hostSeconds of one, in each block: submission alone
/// @param inBlock how many a block has
/// @param heapBytes of Java that submitting one allocated, in the last block
record Timing(List<Double> seconds, List<Double> hostSeconds, long inBlock, double heapBytes) {
    /// How long to look.
    ///
    /// @param block seconds that a block takes about
    record Plan(double block, int blocks) {
        Plan halved() {
            return new Plan(block, (blocks + 1) / 2);
        }
    }

    private record Block(double seconds, double host, double heapBytes) {}

    /// Does `work` for about so long, that it be compiled and its memory be there.
    static void warm(Work work, double seconds) {
        long end = System.nanoTime() + Math.round(seconds * 1e9);
        while (System.nanoTime() < end) {
            work.run(2);
            work.await();
        }
    }

    /// Times `work`, warm, which does `each` of them at a time.
    static Timing of(Work work, int each, Plan plan) {
        work.run(2);
        work.await();
        long times = 1;
        double seconds = block(work, times).seconds;
        while (seconds < plan.block / 4 && times < 1 << 20) {
            double factor = 0.3 * plan.block / Math.max(seconds, 1e-7);
            times = (long) Math.clamp(times * factor, 2.0 * times, 64.0 * times);
            seconds = block(work, times).seconds;
        }
        // A pause of the machine may have made the last one long: the shorter of two counts.
        seconds = Math.min(seconds, block(work, times).seconds);
        times = Math.clamp(Math.round(times * plan.block / Math.max(seconds, 1e-9)), 1, 1 << 24);
        List<Double> whole = new ArrayList<>();
        List<Double> host = new ArrayList<>();
        double heap = 0;
        for (int i = 0; i < plan.blocks; i++) {
            Block block = block(work, times);
            whole.add(block.seconds / (times * each));
            host.add(block.host / (times * each));
            heap = block.heapBytes / (times * each);
        }
        return new Timing(whole, host, times * each, heap);
    }

    private static Block block(Work work, long times) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        work.run(Math.toIntExact(times));
        long submitted = System.nanoTime();
        long allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
        work.await();
        return new Block((System.nanoTime() - start) * 1e-9, (submitted - start) * 1e-9, allocated);
    }

    /// The blocks of both.
    Timing and(Timing later) {
        return new Timing(
                join(seconds, later.seconds), join(hostSeconds, later.hostSeconds), later.inBlock, later.heapBytes);
    }

    private static List<Double> join(List<Double> one, List<Double> other) {
        List<Double> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    double median() {
        return median(seconds);
    }

    double min() {
        return Collections.min(seconds);
    }

    double max() {
        return Collections.max(seconds);
    }

    double host() {
        return median(hostSeconds);
    }

    private static double median(List<Double> numbers) {
        List<Double> sorted = numbers.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
