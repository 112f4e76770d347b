package dev.cresset.backend.reference;

import dev.cresset.backend.ClosedException;
import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A Java array of `double`. Closing it lets go of the array, so that a use after close is found here
/// as it is on other devices.
final class ReferenceBuffer extends Buffer {
    private final int size;
    private double @Nullable [] values;

    ReferenceBuffer(long elements) {
        if (elements > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("The reference device holds at most 2³¹ − 9 numbers in one piece, "
                    + elements + " were asked for: use Device.cpu().");
        }
        this.size = (int) elements;
        this.values = new double[size];
    }

    static double[] values(Tensor tensor) {
        return ((ReferenceBuffer) tensor.buffer()).open();
    }

    double[] open() {
        if (values == null) {
            throw new ClosedException("This tensor's memory on the reference device has been freed: its model was"
                    + " moved or closed. Ask the layer for the tensor again.");
        }
        return values;
    }

    @Override
    public void requireOpen() {
        open();
    }

    void close() {
        values = null;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Object owner() {
        return ReferenceBackend.INSTANCE;
    }

    @Override
    public void read(long from, double[] to, int at, int count) {
        ReferenceBackend.INSTANCE.requireUsable("read a tensor");
        System.arraycopy(open(), (int) from, to, at, count);
    }

    @Override
    public void write(long at, double[] from, int start, int count) {
        ReferenceBackend.INSTANCE.requireUsable("write a tensor");
        System.arraycopy(from, start, open(), (int) at, count);
    }
}
