package dev.cresset.nn;

/// Whether a model is being trained (batch norm uses the batch, dropout drops) or used.
public enum Mode {
    TRAINING,
    EVALUATION
}
