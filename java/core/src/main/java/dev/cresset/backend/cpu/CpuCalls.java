package dev.cresset.backend.cpu;

import org.jspecify.annotations.Nullable;

/// The calls of a device: one for each thread that has used it lately, found without a lock, since only its own thread
/// uses a call. Where two threads write here at once, one call is forgotten, and made anew at that thread's next verb;
/// so is each where more threads than are kept here take turns.
final class CpuCalls {
    private static final int KEPT = 64;

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
        keep(call, thread);
        latest = call;
        return call;
    }

    /// In the place of the thread's call that is not free: its verb failed, and it holds tensors still; or it is the
    /// verb that calls this one, which needs no place to go on.
    private void keep(CpuCall call, long thread) {
        for (int i = 0; i < KEPT; i++) {
            CpuCall other = kept[i];
            if (other != null && other.isOf(thread)) {
                kept[i] = call;
                return;
            }
        }
        int place = oldest;
        kept[place] = call;
        oldest = (place + 1) % KEPT;
    }
}
