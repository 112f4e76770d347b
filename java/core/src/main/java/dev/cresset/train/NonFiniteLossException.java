package dev.cresset.train;

/// The loss became NaN or infinite. Where steps are submitted many at a
/// time the model has gone on for some more of them, and may hold NaN.
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final String REMEDY =
            ": lower the learning rate, standardise the features, scale down large targets, or check the data.";

    private NonFiniteLossException(String what) {
        super(what + REMEDY);
    }

    static NonFiniteLossException inTraining(BatchReport at) {
        long step = (at.epoch() - 1L) * at.batches() + at.batch();
        return new NonFiniteLossException("The loss is " + at.loss() + " before step " + step + " (epoch " + at.epoch()
                + ", batch " + at.batch() + " of " + at.batches() + ")");
    }

    static NonFiniteLossException inValidation(int epoch, double loss) {
        return new NonFiniteLossException("The validation loss is " + loss + " after epoch " + epoch);
    }

    static NonFiniteLossException afterTheLastStep(double loss) {
        return new NonFiniteLossException("The loss is " + loss + " after the last step");
    }
}
