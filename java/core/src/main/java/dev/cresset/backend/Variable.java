package dev.cresset.backend;

import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;

/// A named matrix that a layer keeps from step to step, such as a running mean. It stays the same
/// object when the layer moves to another device; its tensor does not.
public class Variable {
    private final String name;
    private Tensor value;

    /// @param name what the layer calls it, such as `weight`; PyTorch's names where there are any
    /// @param value its first numbers, on the reference device
    public Variable(String name, Tensor value) {
        this.name = name;
        this.value = value;
    }

    public final String name() {
        return name;
    }

    /// The numbers, on the device where the layer is now. Valid until the layer moves or is closed.
    public final Tensor value() {
        return value;
    }

    /// Overwrites the numbers from the host, row after row.
    ///
    /// @throws ShapeException unless there are exactly as many; nothing is overwritten then
    public final void set(double... values) {
        if (values.length != value.size()) {
            throw new ShapeException(name + " is " + value.shape() + " and takes " + value.size() + " numbers, "
                    + values.length + " were given: pass one for each element.");
        }
        value.write(values);
    }

    /// The numbers are at the new place already.
    final void moveTo(Tensor place) {
        value = place;
    }
}
