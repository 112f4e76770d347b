package dev.cresset.backend.cpu;

import java.util.concurrent.locks.LockSupport;

/// A thread that computes parts of verbs until its device closes.
final class CpuWorker extends Thread {
    /// How long it looks for work before it sleeps: longer than the gaps between the verbs of a training step, and than
    /// most waits for the last part of a large one, since waking up costs more than these (docs/notes/0005), and short
    /// enough that an idle device costs nothing.
    static final long PATIENCE_NANOS = 300_000;

    private static final int LOOKS_PER_CLOCK = 32;

    private final CpuWorkers workers;
    private final CpuScratch scratch = new CpuScratch();
    private volatile boolean asleep;

    CpuWorker(CpuWorkers workers, int number) {
        super("cresset-cpu-" + number);
        this.workers = workers;
        setDaemon(true);
    }

    /// Makes sure that this thread looks for work.
    void wake() {
        if (asleep) {
            LockSupport.unpark(this);
        }
    }

    @Override
    public void run() {
        while (!workers.isClosed()) {
            if (!workers.computePart(scratch) && !cameSoon()) {
                sleepUntilWork();
            }
        }
    }

    private boolean cameSoon() {
        long until = System.nanoTime() + PATIENCE_NANOS;
        do {
            for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
                if (workers.hasWork() || workers.isClosed()) {
                    return true;
                }
                Thread.onSpinWait();
            }
        } while (System.nanoTime() < until);
        return false;
    }

    private void sleepUntilWork() {
        // Announced before the last look, so that work which comes in between wakes this thread.
        asleep = true;
        while (!workers.hasWork() && !workers.isClosed()) {
            LockSupport.park(workers);
        }
        asleep = false;
    }
}
