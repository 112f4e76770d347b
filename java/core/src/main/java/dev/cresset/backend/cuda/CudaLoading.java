package dev.cresset.backend.cuda;

import dev.cresset.backend.BatchLoader;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The thread that loads batches ahead, and where it and the thread that takes them hand lanes to each other. It never
/// talks to the driver: that would wait while another thread records.
final class CudaLoading {
    private final BatchLoader loader;
    private final Queue<CudaLane> free;
    private final Queue<CudaLane> loaded = new ArrayDeque<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("cresset-loading").unstarted(this::run);
    private @Nullable Throwable failure;
    private boolean ended;
    private boolean stopped;

    /// @param lanes all free
    CudaLoading(BatchLoader loader, Collection<CudaLane> lanes) {
        this.loader = loader;
        this.free = new ArrayDeque<>(lanes);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            CudaLane lane = awaitFree();
            for (long number = 0; lane != null; number++) {
                lane.setRows(lane.load(loader, number));
                handOver(lane);
                lane = lane.rows() == 0 ? null : awaitFree();
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /// Null once this has been stopped.
    private synchronized @Nullable CudaLane awaitFree() {
        while (free.isEmpty() && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                // The loader's own doing: who stops this says so.
            }
        }
        return stopped ? null : free.remove();
    }

    private synchronized void handOver(CudaLane lane) {
        if (lane.rows() == 0) {
            ended = true;
        } else {
            loaded.add(lane);
        }
        notifyAll();
    }

    private synchronized void fail(Throwable e) {
        failure = e;
        notifyAll();
    }

    /// The next loaded lane, null if there is none yet.
    synchronized @Nullable CudaLane poll() {
        return loaded.poll();
    }

    /// The next loaded lane, null after the last, or once this has been stopped. An interrupted thread waits on.
    ///
    /// @throws RuntimeException what the loader has thrown
    synchronized @Nullable CudaLane await() {
        boolean interrupted = false;
        while (loaded.isEmpty() && !ended && !stopped && failure == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (loaded.isEmpty() && !stopped && failure instanceof Error error) {
            throw error;
        }
        if (loaded.isEmpty() && !stopped && failure != null) {
            throw (RuntimeException) failure;
        }
        return stopped ? null : loaded.poll();
    }

    /// Lets a lane be loaded anew; the GPU has read it.
    synchronized void free(CudaLane lane) {
        free.add(lane);
        notifyAll();
    }

    /// Begins no further batch, wakes who waits, and interrupts the loader.
    synchronized void stop() {
        stopped = true;
        notifyAll();
        thread.interrupt();
    }

    /// Waits until the loader has returned, unless that is what calls. An interrupted thread waits on.
    void awaitEnd() {
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
