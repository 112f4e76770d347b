package dev.cresset.backend.cuda;

/// One allocation on a GPU: where it is, how long, and whether it is still there. Freed by its [CudaHeap].
final class CudaMemory {
    private final long address;
    private final long bytes;
    private volatile boolean open = true;

    CudaMemory(long address, long bytes) {
        this.address = address;
        this.bytes = bytes;
    }

    long address() {
        return address;
    }

    long bytes() {
        return bytes;
    }

    boolean isOpen() {
        return open;
    }

    void setFreed() {
        open = false;
    }
}
