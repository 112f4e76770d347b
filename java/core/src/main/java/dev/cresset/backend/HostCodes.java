package dev.cresset.backend;

import org.jspecify.annotations.Nullable;

/// Codes of a device whose memory is the host's.
public final class HostCodes extends Codes {
    private final Device device;
    private byte @Nullable [] bytes;

    /// So many bytes, each 0.
    HostCodes(Device device, long count) {
        if (count > Integer.MAX_VALUE - 8) {
            throw new DeviceMemoryException(
                    device + " keeps at most 2³¹ − 9 codes in one table, " + count + " were asked for.", null);
        }
        this.device = device;
        this.bytes = new byte[(int) count];
    }

    /// The bytes themselves; for backends.
    ///
    /// @throws ClosedException if they have been freed
    public byte[] bytes() {
        if (bytes == null) {
            throw new ClosedException("A table on " + device + " is gone: it, or its device, has been closed.");
        }
        return bytes;
    }

    @Override
    public Device owner() {
        return device;
    }

    @Override
    protected void write(long at, byte[] from, int start, int count) {
        System.arraycopy(from, start, bytes(), (int) at, count);
    }

    @Override
    protected void requireOpen() {
        bytes();
    }

    @Override
    protected void free() {
        bytes = null;
    }
}
