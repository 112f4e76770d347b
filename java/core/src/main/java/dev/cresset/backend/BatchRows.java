package dev.cresset.backend;

/// Rows that a batch is made of, wherever they lie.
@FunctionalInterface
public interface BatchRows {
    /// Overwrites `x[atX ...]` with the features of row `row` and `target[atTarget ...]` with its targets. Several
    /// threads may call it at once, each for another row and with arrays of its own.
    ///
    /// @param row from 0, in the order of the batch
    void copy(int row, double[] x, int atX, double[] target, int atTarget);
}
