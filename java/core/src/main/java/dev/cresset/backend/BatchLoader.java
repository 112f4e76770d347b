package dev.cresset.backend;

/// Reads batches on the host for a [Conveyor]. It is called on one thread, which on a GPU is not the one that takes the
/// batches: it works on what no other thread changes.
@FunctionalInterface
public interface BatchLoader {
    /// Appends the rows of one batch; none at all is the end. What it throws is thrown by [Conveyor#next].
    ///
    /// @param number the number of the batch, from 0; each is asked for once, in order
    /// @param batch where to, until this returns
    void load(long number, BatchLoad batch);
}
