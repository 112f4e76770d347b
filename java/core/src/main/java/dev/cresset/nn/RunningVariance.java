package dev.cresset.nn;

/// Which estimate of the batch's variance the running variance of a [BatchNorm1d] follows.
public enum RunningVariance {
    /// `Σ(x − μ)² / N`, the one that normalises the batch, as the courses do.
    BIASED,
    /// `Σ(x − μ)² / (N − 1)`, as PyTorch does.
    UNBIASED
}
