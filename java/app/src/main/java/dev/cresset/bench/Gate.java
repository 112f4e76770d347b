package dev.cresset.bench;

/// Whether a device computes a workload's first steps well enough for its times to count.
///
/// @param tolerance what is allowed
/// @param lossError the largest relative error of a loss
/// @param gradient the largest relative error of a gradient's norm
/// @param repeats whether a second run gave the same bits
/// @param lot how far the loss at the end of a lot of steps is from that of the same steps one by one, relatively
/// @param reference what the errors are relative to
record Gate(
        Tolerance tolerance,
        double lossError,
        Trajectory.Worst gradient,
        boolean repeats,
        double lot,
        String reference) {
    /// Runs the first steps three times: twice one by one, and once as a lot of `together`, as they are timed.
    ///
    /// @param trainee the workload of the reference, on another device
    static Gate of(Trainee trainee, Reference reference, int together) {
        Trajectory run = Trajectory.of(trainee, reference.steps());
        Trajectory again = Trajectory.of(trainee, reference.steps());
        return new Gate(
                Tolerance.of(trainee.device().precision(), reference.workload().batch()),
                run.lossError(reference.truth().losses()),
                run.worstGradient(reference.truth()),
                run.equals(again),
                lot(trainee, together),
                reference.where());
    }

    private static double lot(Trainee trainee, int together) {
        double alone;
        try (Steps steps = trainee.steps(1, together)) {
            steps.run(together);
            alone = steps.loss();
        }
        try (Steps steps = trainee.steps(together, together)) {
            steps.run(1);
            return Math.abs(steps.loss() - alone) / Math.abs(alone);
        }
    }

    boolean passes() {
        return lossError <= tolerance.loss()
                && gradient.error() <= tolerance.gradient()
                && repeats
                && lot <= tolerance.loss();
    }

    /// What is wrong, empty if nothing is.
    String complaint() {
        StringBuilder text = new StringBuilder();
        if (!(lossError <= tolerance.loss())) {
            text.append(Text.of("loss off by %.1e, allowed %.1e; ", lossError, tolerance.loss()));
        }
        if (!(gradient.error() <= tolerance.gradient())) {
            text.append(Text.of(
                    "gradient of %s off by %.1e, allowed %.1e; ",
                    gradient.parameter(), gradient.error(), tolerance.gradient()));
        }
        if (!repeats) {
            text.append("two runs differ; ");
        }
        if (!(lot <= tolerance.loss())) {
            text.append(Text.of("a lot of steps ends %.1e beside the same one by one; ", lot));
        }
        return text.isEmpty() ? "" : text.substring(0, text.length() - 2);
    }
}
