package dev.cresset.train;

/// The loss became NaN or infinite. Where steps are submitted many at a time the model has gone on for some more of
/// them, and may hold NaN.
///
/// In fused steps on a GPU ([dev.cresset.backend.step.Tier#FUSED]) the loss is NaN, too, from the second step on for
/// which a parameter is NaN or infinite, even one that does no harm, such as a bias of -Infinity that switches a class
/// off: a library's ReLU may make 0 of NaN, so that the loss alone would look well. Switch a class off by a large
/// number, or train with another tier.
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
