package dev.cresset.train;

/// Is told what a [Trainer] does, on its thread. An exception stops the run.
public interface TrainingListener {
    /// It has been chosen how steps are done. Called before the first batch of so many rows, and again if the model
    /// changes its mode.
    default void onSteps(int rows, StepWay way) {}

    /// A batch has been trained. On a GPU this comes when the losses of a whole launch are known
    /// ([TrainerBuilder#stepsAtOnce]); the model may be some steps further then.
    default void onBatch(BatchReport report) {}

    /// An epoch has ended, evaluation included; the model is as the epoch left it.
    default void onEpoch(EpochReport report) {}

    /// The run has ended.
    default void onEnd(History history) {}
}
