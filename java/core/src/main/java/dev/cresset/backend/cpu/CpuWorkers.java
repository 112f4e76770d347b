package dev.cresset.backend.cpu;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The threads of a device. The thread that calls a verb computes parts too, so there is one worker fewer than threads.
/// One verb at a time is divided; a verb of another thread meanwhile is computed by that thread alone, with the same
/// result. Workers start at the first verb that is worth dividing, are daemons, and sleep when nothing came for
/// [CpuWorker#PATIENCE_NANOS].
final class CpuWorkers implements AutoCloseable {
    /// How often the thread that calls looks whether all parts are done before it sleeps: some hundred microseconds.
    private static final int SPINS_BEFORE_SLEEP = 20_000;

    private final int threads;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicInteger unclaimed = new AtomicInteger();
    private final AtomicInteger unfinished = new AtomicInteger();
    private CpuWorker[] workers = new CpuWorker[0];
    private @Nullable CpuCall job;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread waiting;
    private volatile boolean closed;

    CpuWorkers(int threads) {
        this.threads = threads;
    }

    int threads() {
        return threads;
    }

    /// Computes all parts of the call and returns when they are done; a part's exception is thrown here.
    void run(CpuCall call, int parts) {
        if (parts < 2 || threads == 1 || !busy.compareAndSet(false, true)) {
            for (int i = 0; i < parts; i++) {
                call.part(i, call.scratch());
            }
            return;
        }
        try {
            divide(call, parts);
        } finally {
            busy.set(false);
        }
    }

    private void divide(CpuCall call, int parts) {
        CpuWorker[] team = started();
        job = call;
        failure = null;
        unfinished.set(parts);
        // Publishes the job: whoever claims a part sees what was written above.
        unclaimed.set(parts);
        int wanted = Math.min(parts - 1, team.length);
        for (int i = 0; i < wanted; i++) {
            team[i].wake();
        }
        while (computePart(call.scratch())) {
            // Until no part is left to claim.
        }
        await();
        job = null;
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
    }

    private void await() {
        for (int i = 0; i < SPINS_BEFORE_SLEEP && unfinished.get() > 0; i++) {
            Thread.onSpinWait();
        }
        if (unfinished.get() > 0) {
            waiting = Thread.currentThread();
            while (unfinished.get() > 0) {
                LockSupport.park(this);
            }
            waiting = null;
        }
    }

    boolean hasWork() {
        return unclaimed.get() > 0;
    }

    boolean isClosed() {
        return closed;
    }

    /// Claims and computes one part; false if none was left. A successful claim keeps its job unfinished, so the job is
    /// read after it.
    boolean computePart(CpuScratch scratch) {
        int left = unclaimed.get();
        while (left > 0) {
            if (unclaimed.compareAndSet(left, left - 1)) {
                compute(left, scratch);
                return true;
            }
            left = unclaimed.get();
        }
        return false;
    }

    private void compute(int left, CpuScratch scratch) {
        CpuCall call = job;
        try {
            call.part(call.parts() - left, scratch);
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            if (unfinished.decrementAndGet() == 0) {
                Thread caller = waiting;
                if (caller != null) {
                    LockSupport.unpark(caller);
                }
            }
        }
    }

    private synchronized CpuWorker[] started() {
        if (workers.length == 0 && !closed) {
            CpuWorker[] team = new CpuWorker[threads - 1];
            for (int i = 0; i < team.length; i++) {
                team[i] = new CpuWorker(this, i + 1);
                try {
                    team[i].start();
                } catch (OutOfMemoryError e) {
                    // The system gives no more threads: those that started compute the same result.
                    team = Arrays.copyOf(team, i);
                }
            }
            workers = team;
        }
        return workers;
    }

    /// Ends the threads, after the parts that they are computing. Closing twice is allowed.
    @Override
    public synchronized void close() {
        closed = true;
        boolean interrupted = false;
        for (CpuWorker worker : workers) {
            LockSupport.unpark(worker);
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        workers = new CpuWorker[0];
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
