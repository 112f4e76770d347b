package dev.cresset.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What is counted and what is made of it; no time is judged.
class TimingTest {
    @Test
    void theMedianLiesBetweenTheLeastAndTheMost() {
        Timing timing = new Timing(List.of(5.0, 1.0, 9.0), List.of(0.3, 0.1, 0.2), 10, 0);
        assertEquals(5, timing.median());
        assertEquals(1, timing.min());
        assertEquals(9, timing.max());
        assertEquals(0.2, timing.host());
    }

    @Test
    void twoHalvesAreOneTiming() {
        Timing both = new Timing(List.of(1.0), List.of(1.0), 10, 0).and(new Timing(List.of(3.0), List.of(2.0), 12, 5));
        assertEquals(List.of(1.0, 3.0), both.seconds());
        assertEquals(List.of(1.0, 2.0), both.hostSeconds());
        assertEquals(12, both.inBlock());
    }

    @Test
    void blocksAreEquallyLongAndOneWaitEndsEach() {
        List<Integer> runs = new ArrayList<>();
        List<Integer> waits = new ArrayList<>();
        Work work = new Work() {
            @Override
            public void run(int times) {
                assertEquals(runs.size(), waits.size(), "a block waits before the next begins");
                runs.add(times);
            }

            @Override
            public void await() {
                waits.add(runs.getLast());
            }
        };
        Timing timing = Timing.of(work, 4, new Timing.Plan(1e-4, 5));
        assertEquals(5, timing.seconds().size());
        assertEquals(5, timing.hostSeconds().size());
        int inBlock = runs.getLast();
        assertEquals(4L * inBlock, timing.inBlock());
        List<Integer> last = runs.subList(runs.size() - 5, runs.size());
        assertTrue(last.stream().allMatch(times -> times == inBlock), runs.toString());
        assertTrue(timing.seconds().stream().allMatch(seconds -> seconds > 0), timing.toString());
        for (int i = 0; i < 5; i++) {
            assertTrue(timing.hostSeconds().get(i) <= timing.seconds().get(i), timing.toString());
        }
    }

    @Test
    void warmingUpRunsAtLeastSoLong() {
        AtomicInteger runs = new AtomicInteger();
        Work work = new Work() {
            @Override
            public void run(int times) {
                runs.addAndGet(times);
            }

            @Override
            public void await() {}
        };
        Timing.warm(work, 0);
        assertEquals(0, runs.get());
        long start = System.nanoTime();
        Timing.warm(work, 0.01);
        assertTrue(System.nanoTime() - start >= 10_000_000, "seconds are seconds");
        assertTrue(runs.get() > 0);
    }

    @Test
    void aHalfHasHalfOfTheBlocks() {
        assertEquals(4, new Timing.Plan(1, 8).halved().blocks());
        assertEquals(4, new Timing.Plan(1, 7).halved().blocks());
    }
}
