package dev.cresset.backend.cpu;

import org.jspecify.annotations.Nullable;

/// The calls of a device: one for each thread that has used it lately, found without a lock, since only its own thread
/// uses a call. Where two threads write here at once, one call is forgotten, and made anew at that thread's next verb.
final class CpuCalls {
    private static final int KEPT = 16;

    private final CpuWorkers workers;
    private final CpuBlocks blocks;
    private final @Nullable CpuCall[] kept = new CpuCall[KEPT];
    private @Nullable CpuCall latest;
    private int oldest;

    CpuCalls(CpuWorkers workers, CpuBlocks blocks) {
        this.workers = workers;
        this.blocks = blocks;
    }

    /// The call of this thread, which has no arguments yet.
    CpuCall take() {
        long thread = Thread.currentThread().threadId();
        CpuCall call = latest;
        return call != null && call.begin(thread) ? call : search(thread);
    }

    private CpuCall search(long thread) {
        for (CpuCall call : kept) {
            if (call != null && call.begin(thread)) {
                latest = call;
                return call;
            }
        }
        CpuCall call = new CpuCall(thread, workers, blocks);
        call.begin(thread);
        int place = oldest;
        kept[place] = call;
        oldest = (place + 1) % KEPT;
        latest = call;
        return call;
    }
}
