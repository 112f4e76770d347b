package dev.cresset.backend;

import dev.cresset.tensor.Tensor;

/// A batch on the device, given out by a [Conveyor]. Closing it says that all work on it has been submitted: later
/// batches may overwrite it.
public final class Slot implements AutoCloseable {
    private final Conveyor conveyor;
    private final int number;
    private final Tensor wholeX;
    private final Tensor wholeTarget;
    private Tensor x;
    private Tensor target;

    Slot(Conveyor conveyor, int number, Tensor x, Tensor target) {
        this.conveyor = conveyor;
        this.number = number;
        this.wholeX = x;
        this.wholeTarget = target;
        this.x = x;
        this.target = target;
    }

    /// Which of the conveyor's few slots this is, from 0. Its batches lie at the same place each time.
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

    /// @return this, with a batch of so many rows
    Slot show(int rows) {
        if (rows != x.rows()) {
            x = wholeX.rows(0, rows);
            target = wholeTarget.rows(0, rows);
        }
        return this;
    }

    /// Gives it back. Closing twice is allowed.
    ///
    /// @throws IllegalStateException inside a recording
    @Override
    public void close() {
        conveyor.takeBack(this);
    }
}
