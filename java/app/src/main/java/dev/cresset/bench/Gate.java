package dev.cresset.bench;

import dev.cresset.backend.Device;

/// Whether a device computes a workload's first steps well enough for its times to count.
///
/// @param tolerance what is allowed
/// @param lossError the largest relative error of a loss
/// @param gradient the largest relative error of a gradient's norm
/// @param repeats whether a second run gave the same bits
/// @param reference what the errors are relative to
record Gate(Tolerance tolerance, double lossError, Trajectory.Worst gradient, boolean repeats, String reference) {
    static Gate of(Device device, Reference reference) {
        Trajectory run = Trajectory.of(reference.workload(), device, reference.steps());
        Trajectory again = Trajectory.of(reference.workload(), device, reference.steps());
        return new Gate(
                Tolerance.of(device.precision(), reference.workload().batch()),
                run.lossError(reference.truth().losses()),
                run.worstGradient(reference.truth()),
                run.equals(again),
                reference.where());
    }

    boolean passes() {
        return lossError <= tolerance.loss() && gradient.error() <= tolerance.gradient() && repeats;
    }

    /// What is wrong, empty if nothing is.
    String complaint() {
        StringBuilder text = new StringBuilder();
        if (!(lossError <= tolerance.loss())) {
            text.append("loss off by %.1e, allowed %.1e; ".formatted(lossError, tolerance.loss()));
        }
        if (!(gradient.error() <= tolerance.gradient())) {
            text.append("gradient of %s off by %.1e, allowed %.1e; "
                    .formatted(gradient.parameter(), gradient.error(), tolerance.gradient()));
        }
        if (!repeats) {
            text.append("two runs differ; ");
        }
        return text.isEmpty() ? "" : text.substring(0, text.length() - 2);
    }
}
