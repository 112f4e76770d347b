package dev.cresset.train;

/// Is told what a [Trainer] does, on its thread, between batches. An exception stops the run.
public interface TrainingListener {
    /// A batch has been trained.
    default void onBatch(BatchReport report) {}

    /// An epoch has ended, evaluation included.
    default void onEpoch(EpochReport report) {}

    /// The run has ended.
    default void onEnd(History history) {}
}
