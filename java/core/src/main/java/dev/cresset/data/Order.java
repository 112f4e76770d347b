package dev.cresset.data;

/// The order in which [Batches] visits the rows of a dataset.
public enum Order {
    /// A fresh seeded permutation for every epoch: for training.
    SHUFFLED,
    /// The dataset's own order, the same in every epoch: for evaluation and prediction.
    SEQUENTIAL
}
