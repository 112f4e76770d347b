package dev.cresset.backend.cuda;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One at a time on each GPU: recording, and opening or closing a device. All devices of a GPU share its context, and
/// what opening and closing do (making and ending a cuBLAS handle, above all) waits for the whole context, which CUDA
/// forbids while any of its streams is being captured. Taken before a context's monitor.
final class CudaGate {
    private static final ConcurrentHashMap<Integer, ReentrantLock> GATES = new ConcurrentHashMap<>();

    private CudaGate() {}

    /// The gate of GPU number `ordinal`; the caller unlocks it.
    static ReentrantLock lock(int ordinal) {
        ReentrantLock gate = GATES.computeIfAbsent(ordinal, number -> new ReentrantLock());
        gate.lock();
        return gate;
    }
}
