package dev.cresset.train;

import dev.cresset.backend.step.Tier;

/// The steps of a run for batches of one shape, in the way that was chosen for them.
interface Steps extends AutoCloseable {
    /// Submits the steps for `count` batches, from batch `first` of the epoch on.
    void run(int first, int count);

    /// How many steps are worth submitting at once.
    int atOnce();

    /// Whether a new epoch needs nothing from the host.
    boolean goesOnByItself();

    /// Which of the device's ways to do a step this is.
    Tier tier();

    /// What a step does, for people: a first line that says it all, then as many as there is to tell.
    String description();

    @Override
    void close();
}
