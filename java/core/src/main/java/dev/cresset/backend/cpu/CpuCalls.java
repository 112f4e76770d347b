package dev.cresset.backend.cpu;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The calls of a device that are free to be used: one for each thread that uses the device at the same time. A call
/// that fails is not given back; the garbage collector takes it.
final class CpuCalls {
    private static final int KEPT = 16;

    private final CpuWorkers workers;
    private final CpuBlocks blocks;
    private final AtomicReferenceArray<@Nullable CpuCall> free = new AtomicReferenceArray<>(KEPT);

    CpuCalls(CpuWorkers workers, CpuBlocks blocks) {
        this.workers = workers;
        this.blocks = blocks;
    }

    CpuCall take() {
        for (int i = 0; i < KEPT; i++) {
            CpuCall call = free.get(i) == null ? null : free.getAndSet(i, null);
            if (call != null) {
                return call;
            }
        }
        return new CpuCall(this, workers, blocks);
    }

    void giveBack(CpuCall call) {
        for (int i = 0; i < KEPT; i++) {
            if (free.get(i) == null && free.compareAndSet(i, null, call)) {
                return;
            }
        }
    }
}
