package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import dev.cresset.tensor.Counter;

/// Eight bytes on the GPU, which kernels read and advance.
final class CudaCounter extends Counter {
    private final CudaBackend device;
    private final CudaMemory memory;

    CudaCounter(CudaBackend device, CudaMemory memory) {
        this.device = device;
        this.memory = memory;
    }

    /// The address; the caller holds the context's monitor.
    ///
    /// @throws ClosedException if the device has been closed
    static long address(Counter counter) {
        CudaCounter own = (CudaCounter) counter;
        long address = own.memory().address();
        own.device.noteUse(own, own.memory);
        return address;
    }

    /// The memory; the caller holds the context's monitor.
    ///
    /// @throws ClosedException if the device has been closed
    CudaMemory memory() {
        if (!memory.isOpen()) {
            throw new ClosedException("A counter of " + device + " is gone: the device has been closed.");
        }
        return memory;
    }

    @Override
    public Object owner() {
        return device;
    }

    @Override
    public long value() {
        device.requireUsable("read a counter");
        return device.engine().exchange().readLong(this);
    }

    @Override
    public void set(long value) {
        device.requireUsable("set a counter");
        device.engine().exchange().writeLong(this, value);
    }
}
