package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Codes;
import dev.cresset.backend.Device;
import dev.cresset.backend.Table;

/// Bytes of a table in a GPU's memory.
final class CudaCodes extends Codes {
    private final CudaBackend device;
    private final CudaMemory memory;

    CudaCodes(CudaBackend device, CudaMemory memory) {
        this.device = device;
        this.memory = memory;
    }

    /// The address of a table's first code, or 0 if it has none. The caller holds the context's monitor.
    ///
    /// @throws ClosedException if it has been freed
    static long address(Table table) {
        if (table.codes().isEmpty()) {
            return 0;
        }
        CudaCodes codes = (CudaCodes) table.codes().get();
        codes.requireOpen();
        codes.device.noteUse(codes, codes.memory);
        return codes.memory.address();
    }

    CudaMemory memory() {
        return memory;
    }

    @Override
    public Device owner() {
        return device;
    }

    @Override
    protected void write(long at, byte[] from, int start, int count) {
        device.requireUsable("write a table");
        device.engine().exchange().writeBytes(this, at, from, start, count);
    }

    @Override
    protected void requireOpen() {
        if (!memory.isOpen()) {
            throw new ClosedException("A table on " + device + " is gone: it, or the device, has been closed.");
        }
    }

    @Override
    protected void free() {
        device.release(memory);
    }
}
