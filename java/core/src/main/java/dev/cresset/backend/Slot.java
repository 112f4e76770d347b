package dev.cresset.backend;

import dev.cresset.tensor.Tensor;

/// A batch on the device, given out by a [Conveyor]. Closing it says that all work on it has been submitted: later
/// batches may overwrite it.
public final class Slot implements AutoCloseable {
    private final Conveyor conveyor;
    private final int number;
    private final Tensor x;
    private final Tensor target;

    Slot(Conveyor conveyor, int number, Tensor x, Tensor target) {
        this.conveyor = conveyor;
        this.number = number;
        this.x = x;
        this.target = target;
    }

    /// Which of the conveyor's few places this is in, from 0. Batches in it lie at the same addresses each time.
    public int number() {
        return number;
    }

    /// The rows of this batch.
    public int rows() {
        return x.rows();
    }

    /// Its features, rows × inputs.
    public Tensor x() {
        return x;
    }

    /// Its targets, rows × targets.
    public Tensor target() {
        return target;
    }

    /// Gives it back. Closing twice is allowed, and does nothing to a later batch in the same place.
    ///
    /// @throws IllegalStateException inside a recording
    @Override
    public void close() {
        conveyor.takeBack(this);
    }
}
