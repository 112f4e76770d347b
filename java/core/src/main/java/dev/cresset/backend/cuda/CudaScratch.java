package dev.cresset.backend.cuda;

/// Memory for what lives from one kernel of a verb to the next, such as the partial results of reductions. It grows and
/// is never freed before the device: recordings go on using what they were recorded with.
final class CudaScratch {
    private static final long SMALLEST = 1 << 16;

    private final CudaHeap heap;
    private CudaMemory memory;

    CudaScratch(CudaHeap heap) {
        this.heap = heap;
        this.memory = heap.allocate(SMALLEST);
    }

    /// The address of room for `count` float64 numbers, whatever is in them.
    long doubles(long count) {
        return bytes(Math.multiplyExact(count, Double.BYTES));
    }

    /// The address of so many bytes, whatever is in them.
    long bytes(long bytes) {
        if (bytes > memory.bytes()) {
            memory = heap.allocate(Math.max(bytes, 2 * memory.bytes()));
        }
        return memory.address();
    }
}
