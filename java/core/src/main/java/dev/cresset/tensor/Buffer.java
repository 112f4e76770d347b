package dev.cresset.tensor;

/// A flat run of numbers in the memory of one device. Elements are exchanged with the host as
/// `double` and narrowed to the device's precision on the way in. [Tensor] is the view that users
/// hold; backends extend this class and keep their own kind of memory in it.
public abstract class Buffer {
    /// Number of elements.
    public abstract long size();

    /// The device that this memory belongs to, as an identity: two tensors can meet in one
    /// operation only if their owners are the same object.
    public abstract Object owner();

    /// Throws if the memory has been freed.
    ///
    /// @throws IllegalStateException if it has
    public abstract void requireOpen();

    /// Copies `count` elements from `from` on into `to[at ...]`.
    ///
    /// @throws IllegalStateException if the memory has been freed
    public abstract void read(long from, double[] to, int at, int count);

    /// Copies `from[start ...]` over `count` elements from `at` on, rounding to the device's precision.
    ///
    /// @throws IllegalStateException if the memory has been freed
    public abstract void write(long at, double[] from, int start, int count);
}
