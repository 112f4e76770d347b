package dev.cresset.backend.reference;

import dev.cresset.backend.CheckedOps;
import dev.cresset.backend.Device;
import dev.cresset.backend.Ops;
import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;

/// The reference device. Its memory is Java arrays, so it owns nothing, and there is need of only one.
public final class ReferenceBackend extends Device {
    public static final ReferenceBackend INSTANCE = new ReferenceBackend();

    private final Ops ops = new CheckedOps(this, new ReferenceOps());

    private ReferenceBackend() {
        super("reference", Precision.FP64);
    }

    @Override
    public String description() {
        return "reference: plain Java, FP64, one thread";
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Counter counter() {
        return new ReferenceCounter();
    }

    /// Always: the garbage collector frees what nothing refers to.
    @Override
    public boolean isOpen() {
        return true;
    }

    /// Does nothing, since there is nothing to free.
    @Override
    public void close() {}

    @Override
    protected Buffer allocate(long elements, Lifetime lifetime) {
        return new ReferenceBuffer(elements);
    }

    @Override
    protected void free(Buffer buffer) {
        ((ReferenceBuffer) buffer).close();
    }

    @Override
    protected int alignment() {
        return 1;
    }
}
