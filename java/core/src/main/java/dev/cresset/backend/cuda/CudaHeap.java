package dev.cresset.backend.cuda;

import dev.cresset.backend.DeviceMemoryException;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/// The memory that one device has taken from its GPU. Freeing waits for what was submitted earlier, which so still
/// finds its memory (the driver may wait by itself, but does not promise it). All methods but [#abandon] are called
/// with the context's monitor held.
final class CudaHeap {
    private static final double MIB = 1 << 20;
    /// How long to wait for Java's collector, again and again while nothing has come of it.
    private static final int[] PATIENCE_MILLIS = {10, 50, 250};

    private final CudaContext context;
    private final Set<CudaMemory> live = new HashSet<>();
    private final Queue<CudaMemory> abandoned = new ConcurrentLinkedQueue<>();
    private long bytes;

    CudaHeap(CudaContext context) {
        this.context = context;
    }

    /// New memory, filled with zeros.
    ///
    /// @throws DeviceMemoryException if there is not so much, even after a garbage collection
    CudaMemory allocate(long bytes) {
        if (context.isCapturing()) {
            throw new IllegalStateException(
                    "Cannot allocate memory on " + context.gpu() + " inside a recording: run the"
                            + " work once before it is recorded, which allocates what it needs.");
        }
        freeAbandoned();
        DeviceAddress address = new DeviceAddress();
        int status = JCudaDriver.cuMemAlloc(address, Math.max(bytes, 1));
        if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY && collect()) {
            status = JCudaDriver.cuMemAlloc(address, Math.max(bytes, 1));
        }
        if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            throw outOfMemory(bytes);
        }
        context.check(status, "cuMemAlloc of " + bytes + " bytes");
        CudaMemory memory = new CudaMemory(address.value(), bytes);
        live.add(memory);
        this.bytes += bytes;
        try {
            context.check(
                    JCudaDriver.cuMemsetD8Async(address, (byte) 0, Math.max(bytes, 1), context.stream()),
                    "cuMemsetD8Async of " + bytes + " bytes");
        } catch (RuntimeException e) {
            free(memory);
            throw e;
        }
        return memory;
    }

    /// Frees memory. Freeing twice is allowed.
    void free(CudaMemory memory) {
        if (live.remove(memory)) {
            bytes -= memory.bytes();
            memory.setFreed();
            // After a failure of the device the driver refuses, and takes the memory back with the context.
            if (!context.isCapturing()) {
                JCudaDriver.cuStreamSynchronize(context.stream());
            }
            JCudaDriver.cuMemFree(new DeviceAddress().at(memory.address()));
        }
    }

    /// Frees memory, or, while work is being recorded, at the next allocation.
    void release(CudaMemory memory) {
        if (context.isCapturing()) {
            memory.setFreed();
            abandon(memory);
        } else {
            free(memory);
        }
    }

    /// Notes that nothing refers to this memory any more; it is freed at the next allocation. For the garbage
    /// collector's thread, which must not wait for the GPU, nor free while work is being recorded.
    void abandon(CudaMemory memory) {
        abandoned.add(memory);
    }

    /// Frees everything.
    void close() {
        Set.copyOf(live).forEach(this::free);
    }

    /// Bytes of the GPU's memory that nobody has taken.
    long freeBytes() {
        long[] free = new long[1];
        long[] total = new long[1];
        context.check(JCudaDriver.cuMemGetInfo(free, total), "cuMemGetInfo");
        return free[0];
    }

    /// Bytes that are allocated.
    long bytes() {
        return bytes;
    }

    private void freeAbandoned() {
        for (CudaMemory memory = abandoned.poll(); memory != null; memory = abandoned.poll()) {
            free(memory);
        }
    }

    /// Lets Java look for tensors that nothing refers to; whether any were found.
    private boolean collect() {
        long before = bytes;
        System.gc();
        for (int millis : PATIENCE_MILLIS) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            context.enter();
            freeAbandoned();
            if (bytes < before) {
                return true;
            }
        }
        return false;
    }

    private DeviceMemoryException outOfMemory(long wanted) {
        long[] free = new long[1];
        long[] total = new long[1];
        JCudaDriver.cuMemGetInfo(free, total);
        String held = "%s could not allocate %.1f MiB (%d bytes): this device holds %.1f MiB already, and of the"
                + " GPU's %.1f MiB %.1f are free. ";
        return new DeviceMemoryException(
                held.formatted(context.gpu(), wanted / MIB, wanted, bytes / MIB, total[0] / MIB, free[0] / MIB)
                        + "Use smaller batches or models, close what is not needed, or look with nvidia-smi at what"
                        + " else holds the GPU's memory.",
                null);
    }
}
