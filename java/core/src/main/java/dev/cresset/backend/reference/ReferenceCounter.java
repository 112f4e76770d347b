package dev.cresset.backend.reference;

import dev.cresset.tensor.Counter;

/// A field.
final class ReferenceCounter extends Counter {
    private long value;

    @Override
    public Object owner() {
        return ReferenceBackend.INSTANCE;
    }

    /// The value as verbs see it.
    static long count(Counter counter) {
        return ((ReferenceCounter) counter).value;
    }

    @Override
    public long value() {
        return value;
    }

    @Override
    public void set(long value) {
        this.value = value;
    }
}
