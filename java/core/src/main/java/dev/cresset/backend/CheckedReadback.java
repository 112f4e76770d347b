package dev.cresset.backend;

import dev.cresset.tensor.Tensor;

/// The rules of every readback, in one place for all backends: refused before anything is copied.
final class CheckedReadback implements Readback {
    private final Tensor tensor;
    private final Readback engine;
    private int outstanding;

    CheckedReadback(Device device, Tensor tensor) {
        if (tensor.buffer().owner() != device) {
            throw new IllegalArgumentException("A readback on " + device + " was given a tensor that lives on "
                    + tensor.buffer().owner() + ": ask that device for it.");
        }
        this.tensor = tensor;
        this.engine = device.copiesOf(tensor);
    }

    @Override
    public void post(int first, int count) {
        if (outstanding == OUTSTANDING) {
            throw new IllegalStateException("Two posts are on their way already: take one first.");
        }
        long size = tensor.size();
        if (first < 0 || first >= size || count < 0 || count > size) {
            throw new IllegalArgumentException("A readback of " + size + " numbers begins at 0 to " + (size - 1)
                    + " and takes 0 to " + size + " of them, found " + count + " from " + first + " on.");
        }
        engine.post(first, count);
        outstanding++;
    }

    @Override
    public int take(double[] to) {
        if (outstanding == 0) {
            throw new IllegalStateException("Nothing is on its way: post first.");
        }
        int count = engine.take(to);
        outstanding--;
        return count;
    }

    @Override
    public void close() {
        engine.close();
    }
}
