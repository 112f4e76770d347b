package dev.cresset.train;

import dev.cresset.backend.Device;
import dev.cresset.backend.Readback;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;

/// How far a run has come, on the device: the number of the next batch over all epochs, and a ring of the last losses,
/// which the host reads without stopping the device.
final class Progress implements AutoCloseable {
    /// Losses that the ring holds: the most steps that are submitted before they are read.
    static final int RING = 4096;

    private final Counter batch;
    private final Tensor ring;
    private final Readback readback;
    private final double[] taken = new double[RING];
    private long submitted;
    private int outstanding;

    Progress(Device device) {
        batch = device.counter();
        ring = device.tensor(1, RING);
        readback = device.readback(ring);
    }

    Counter batch() {
        return batch;
    }

    Tensor ring() {
        return ring;
    }

    /// Notes that `count` more steps have been submitted, and sends for their losses.
    void submitted(int count) {
        readback.post((int) (submitted % RING), count);
        submitted += count;
        outstanding++;
    }

    /// How many times losses were sent for that have not been taken yet.
    int outstanding() {
        return outstanding;
    }

    /// Waits for the oldest losses that were sent for.
    ///
    /// @return how many they are; they are at [#loss]
    int take() {
        outstanding--;
        return readback.take(taken);
    }

    /// Number `index` of the losses that were taken last.
    double loss(int index) {
        return taken[index];
    }

    @Override
    public void close() {
        readback.close();
    }
}
