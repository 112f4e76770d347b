package dev.cresset.train;

/// The loss became NaN or infinite. The model holds the numbers that led there.
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NonFiniteLossException(BatchReport at) {
        super("The loss is " + at.loss() + " in epoch " + at.epoch() + ", batch " + at.batch() + " of " + at.batches()
                + ": lower the learning rate, standardise the features, scale down large targets, or check the data.");
    }
}
