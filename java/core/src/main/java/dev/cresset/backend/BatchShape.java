package dev.cresset.backend;

import dev.cresset.tensor.ShapeException;

/// The largest batch that a [Conveyor] carries: `rows` of `inputs` features and `targets` numbers to learn.
public record BatchShape(int rows, int inputs, int targets) {
    /// @throws ShapeException unless all are 1 or more
    public BatchShape {
        if (rows < 1 || inputs < 1 || targets < 1) {
            throw new ShapeException("A conveyor for batches of " + rows + " rows with " + inputs + " features and "
                    + targets + " targets is not possible: each must be 1 or more.");
        }
    }
}
