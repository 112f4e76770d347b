package dev.cresset.train;

/// Is told what a [Trainer] does, on its thread. An exception stops the run.
public interface TrainingListener {
    /// It has been chosen how steps are done for batches of so many rows: before the first of them, and again if the
    /// model changes its mode. Where a tier was asked for by name, as training or a session begins, also for the last
    /// batch of an epoch, whether it will come or not.
    default void onSteps(int rows, StepWay way) {}

    /// A batch has been trained. On a GPU this comes when the losses of a whole launch are known
    /// ([TrainerBuilder#stepsAtOnce]); the model may be some steps further then.
    default void onBatch(BatchReport report) {}

    /// An epoch has ended, evaluation included; the model is as the epoch left it.
    default void onEpoch(EpochReport report) {}

    /// The run has ended.
    default void onEnd(History history) {}
}
