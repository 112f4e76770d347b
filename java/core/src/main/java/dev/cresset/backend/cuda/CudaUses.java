package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import java.util.IdentityHashMap;
import java.util.Map;

/// The memory that a recording works on, with the buffers and counters that it belongs to: they are kept alive, because
/// the graph knows only addresses, and must be open whenever it is replayed.
final class CudaUses {
    private final Map<Object, CudaMemory> memories = new IdentityHashMap<>();
    private CudaMemory[] all = new CudaMemory[0];

    /// Adds one.
    void add(Object owner, CudaMemory memory) {
        memories.put(owner, memory);
    }

    /// Ends the collection.
    void close() {
        all = memories.values().toArray(CudaMemory[]::new);
    }

    /// @throws ClosedException if any of it has been freed
    void requireOpen(Object device) {
        for (CudaMemory memory : all) {
            if (!memory.isOpen()) {
                throw new ClosedException("A recording on " + device + " uses memory that has been freed: its model was"
                        + " moved or closed, or its arena was. Record anew.");
            }
        }
    }
}
