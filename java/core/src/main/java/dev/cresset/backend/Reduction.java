package dev.cresset.backend;

/// How the losses of the elements (or, for class losses, of the rows) become one number. The
/// gradient is always the derivative of that number.
public enum Reduction {
    /// Mean over all elements; for cross-entropy over the rows, each counted with the weight of its
    /// class. PyTorch's default and ours.
    MEAN,
    /// Sum over everything.
    SUM,
    /// Sum over the features of a row, mean over the rows.
    BATCH_MEAN;

    /// The factor that turns the sum over all elements of a `rows × columns` matrix into the loss.
    public double scale(int rows, int columns) {
        return switch (this) {
            case MEAN -> 1.0 / ((double) rows * columns);
            case SUM -> 1.0;
            case BATCH_MEAN -> 1.0 / rows;
        };
    }
}
