package dev.cresset.backend.cpu;

import dev.cresset.tensor.Counter;

/// A field: on this device the host's memory is the device's.
final class CpuCounter extends Counter {
    private final CpuBackend device;
    private long count;

    CpuCounter(CpuBackend device) {
        this.device = device;
    }

    @Override
    public Object owner() {
        return device;
    }

    @Override
    public long value() {
        device.requireUsable("read a counter");
        return count;
    }

    @Override
    public void set(long value) {
        device.requireUsable("set a counter");
        count = value;
    }

    /// The value as verbs see it, in recordings too.
    static long count(Counter counter) {
        return ((CpuCounter) counter).count;
    }

    static void advance(Counter counter) {
        ((CpuCounter) counter).count++;
    }
}
