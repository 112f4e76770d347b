package dev.cresset.data;

/// What a model is asked to predict from a row of features.
public enum Task {
    /// One class out of C. Targets are one column of class numbers `0 … C−1`.
    CLASSIFICATION,
    /// One or more real numbers. Targets are one column for each.
    REGRESSION
}
