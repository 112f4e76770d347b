package dev.cresset.backend.step;

/// A [StepPlan] as a device does it. It uses the plan's memory, which must stay where it is, and memory of its own.
public interface StepProgram extends AutoCloseable {
    /// Submits so many steps; returns before they are done where the device works by itself.
    ///
    /// @throws dev.cresset.backend.ClosedException if this, the device or memory of the plan has been closed
    void run(int steps);

    /// How many steps are worth submitting at once.
    default int stepsAtOnce() {
        return 32;
    }

    /// Which way this is.
    Tier tier();

    /// What it does: a line that says it all, then a line for each launch of a step, and what was left to a general way
    /// and why.
    String description();

    /// Gives back what it holds. Closing twice is allowed.
    @Override
    void close();
}
