package dev.cresset.tensor;

/// A whole number that lives on a device: the number of the optimizer's step, the number of the
/// dropout draw. It is device memory because a recorded stretch of work is replayed with frozen host
/// arguments: what changes from step to step must be read, and advanced, on the device.
public abstract class Counter {
    /// The device that this counter belongs to, as an identity.
    public abstract Object owner();

    /// Reads the value back (waits for the device).
    public abstract long value();

    /// Sets the value, for instance when a checkpoint is restored.
    public abstract void set(long value);
}
