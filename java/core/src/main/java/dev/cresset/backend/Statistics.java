package dev.cresset.backend;

/// Which mean and variance a batch norm divided by: those of the batch (then they depend on the
/// input, and the gradient knows it) or the running ones (then they are constants).
public enum Statistics {
    BATCH,
    RUNNING
}
