package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Tensor;

/// Memory of a GPU that holds float32 or float64 numbers.
final class CudaBuffer extends Buffer {
    private final CudaBackend device;
    private final CudaMemory memory;
    private final long size;
    private final int bytes;

    CudaBuffer(CudaBackend device, CudaMemory memory, long size) {
        this.device = device;
        this.memory = memory;
        this.size = size;
        this.bytes = device.precision().bytes();
    }

    /// The memory behind a tensor of this backend.
    static CudaBuffer of(Tensor tensor) {
        return (CudaBuffer) tensor.buffer();
    }

    /// The address of a tensor's first element. The caller holds the context's monitor, so that the memory stays.
    ///
    /// @throws ClosedException if it has been freed
    static long address(Tensor tensor) {
        CudaBuffer buffer = of(tensor);
        buffer.requireOpen();
        buffer.device.noteUse(buffer, buffer.memory);
        return buffer.memory.address() + tensor.offset() * buffer.bytes;
    }

    int elementBytes() {
        return bytes;
    }

    CudaMemory memory() {
        return memory;
    }

    @Override
    public void requireOpen() {
        if (!memory.isOpen()) {
            throw new ClosedException("This tensor's memory on " + device + " has been freed: its model was moved or"
                    + " closed, or its arena was. Ask the layer for the tensor again.");
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Object owner() {
        return device;
    }

    @Override
    public void read(long from, double[] to, int at, int count) {
        device.requireUsable("read a tensor");
        device.engine().exchange().read(this, from, to, at, count);
    }

    @Override
    public void write(long at, double[] from, int start, int count) {
        device.requireUsable("write a tensor");
        device.engine().exchange().write(this, at, from, start, count);
    }
}
