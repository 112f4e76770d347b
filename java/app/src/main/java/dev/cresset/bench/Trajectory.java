package dev.cresset.bench;

import dev.cresset.backend.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The first steps of a workload on a device, in numbers.
///
/// @param losses of each step's batch, before the step
/// @param gradients by parameter, the L2 norm of its gradient, as the first step takes it
/// @param digest of every bit of the parameters after the last step
record Trajectory(List<Double> losses, Map<String, Double> gradients, int digest) {
    static Trajectory of(Workload workload, Device device, int steps) {
        try (Trainee trainee = new Trainee(workload, device, steps)) {
            return of(trainee, steps);
        }
    }

    static Trajectory of(Trainee trainee, int count) {
        Map<String, Double> gradients = trainee.gradients(count);
        List<Double> losses = new ArrayList<>();
        try (Steps steps = trainee.steps(1, count)) {
            for (int i = 0; i < count; i++) {
                steps.run(1);
                losses.add(steps.loss());
            }
        }
        return new Trajectory(losses, gradients, trainee.digest());
    }

    /// The largest relative difference of a step's loss from `truth`, NaN if one is not finite.
    double lossError(List<Double> truth) {
        double worst = 0;
        for (int i = 0; i < truth.size(); i++) {
            worst = Math.max(worst, Math.abs(losses.get(i) - truth.get(i)) / Math.abs(truth.get(i)));
        }
        return worst;
    }

    /// The parameter whose gradient's norm differs most from that in `truth`, relatively; NaN if one is not finite. A
    /// gradient that is zero but for rounding, as that of a bias below a batch norm, is compared with the norm of all
    /// gradients together.
    Worst worstGradient(Trajectory truth) {
        double whole = Math.sqrt(
                truth.gradients.values().stream().mapToDouble(n -> n * n).sum());
        Worst worst = new Worst("", 0);
        for (Map.Entry<String, Double> entry : truth.gradients.entrySet()) {
            double norm = entry.getValue();
            double scale = norm > 1e-9 * whole ? norm : whole;
            double error = Math.abs(gradients.get(entry.getKey()) - norm) / scale;
            if (!Double.isNaN(worst.error) && !(error <= worst.error)) {
                worst = new Worst(entry.getKey(), error);
            }
        }
        return worst;
    }

    /// The parameter with the largest error.
    record Worst(String parameter, double error) {}
}
