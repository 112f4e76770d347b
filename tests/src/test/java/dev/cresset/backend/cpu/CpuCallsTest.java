package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.tensor.Precision;
import java.lang.ref.WeakReference;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CpuCallsTest {
    private static final int PATIENCE = 200;

    private final CpuWorkers workers = new CpuWorkers(1);
    private final CpuCalls calls = new CpuCalls(workers, PlainBlocks.ALL);

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void aThreadTakesItsCallAgainAndAnotherOneInsideAVerb() {
        CpuCall first = calls.take();
        CpuCall inside = calls.take();
        assertNotSame(first, inside);
        inside.end();
        first.end();
        CpuCall next = calls.take();
        assertTrue(next == first || next == inside);
        next.end();
        assertSame(next, calls.take());
    }

    /// A verb that is refused on its way does not end its call, which holds its tensors.
    @Test
    void aCallWhoseVerbFailedIsForgottenAtTheNextOne() throws InterruptedException {
        try (CpuBackend device = CpuBackend.open(Precision.FP64, 1)) {
            WeakReference<CpuCall> failed = new WeakReference<>(calls.take().with(device.tensor(1, 1)));
            calls.take().end();
            for (int i = 0; i < PATIENCE && failed.get() != null; i++) {
                System.gc();
                Thread.sleep(10);
            }
            assertTrue(failed.get() == null, "a failed call is kept");
        }
    }

    @Test
    void asManyThreadsAsAServerHasKeepTheirCalls() throws InterruptedException {
        int threads = 40;
        CpuCall[] first = new CpuCall[threads];
        CpuCall[] second = new CpuCall[threads];
        Thread[] users = new Thread[threads];
        Semaphore[] turns = new Semaphore[threads];
        Semaphore done = new Semaphore(0);
        for (int i = 0; i < threads; i++) {
            int user = i;
            turns[i] = new Semaphore(0);
            users[i] = Thread.ofPlatform().start(() -> {
                for (CpuCall[] taken : new CpuCall[][] {first, second}) {
                    turns[user].acquireUninterruptibly();
                    taken[user] = calls.take();
                    taken[user].end();
                    done.release();
                }
            });
        }
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < threads; i++) {
                turns[i].release();
                done.acquire();
            }
        }
        for (int i = 0; i < threads; i++) {
            users[i].join();
            assertSame(first[i], second[i]);
        }
    }
}
