package dev.cresset.train;

/// Stops a run that gets no better and gives back its best model. Every evaluation is compared with the
/// best one so far (not with the one before it).
///
/// @param metric what is watched, on the validation data
/// @param patience evaluations without improvement after which the run stops, 1 or more
/// @param margin how much better counts as better, 0 or more
public record EarlyStopping(Metric metric, int patience, double margin) {
    public EarlyStopping {
        if (patience < 1 || !(margin >= 0)) {
            throw new IllegalArgumentException("Early stopping needs a patience of 1 or more and a margin of 0 or more,"
                    + " found patience " + patience + " and margin " + margin + ".");
        }
    }

    /// Watches the validation loss.
    public static EarlyStopping patience(int patience) {
        return new EarlyStopping(Metric.LOSS, patience, 0);
    }
}
