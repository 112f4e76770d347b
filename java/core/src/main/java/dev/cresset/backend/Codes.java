package dev.cresset.backend;

/// A run of bytes in the memory of one device, each standing for one of 256 numbers of a [Table]. Backends extend it.
public abstract class Codes {
    /// The device that this memory belongs to.
    public abstract Device owner();

    /// Overwrites `count` bytes from byte `at` on.
    protected abstract void write(long at, byte[] from, int start, int count);

    /// Throws if the memory has been freed.
    ///
    /// @throws ClosedException if it has
    protected abstract void requireOpen();

    /// Frees the memory. Freeing twice is allowed.
    protected abstract void free();
}
