package dev.cresset.bench;

import dev.cresset.backend.Device;
import dev.cresset.backend.Parameter;
import dev.cresset.bench.FixedNetwork.Batch;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The first steps of a workload on a device, in numbers.
///
/// @param losses of each step's batch, before the step
/// @param gradients by parameter, the L2 norm of its gradient before the first step
/// @param digest of every bit of the losses, of the norms and of the parameters after the last step
record Trajectory(List<Double> losses, Map<String, Double> gradients, int digest) {
    static Trajectory of(Workload workload, Device device, int steps) {
        List<Batch> batches = FixedNetwork.batches(workload, device, Math.min(steps, workload.pool()));
        Double[] losses = new Double[steps];
        try (Sequential model = FixedNetwork.model(workload).to(device);
                Loss loss = FixedNetwork.loss(workload)) {
            Map<String, Double> gradients = gradients(model, loss, batches.getFirst());
            try (Steps training = Steps.of(model, loss, workload.hyper(), batches, 1)) {
                for (int i = 0; i < steps; i++) {
                    training.run(1);
                    losses[i] = training.loss();
                }
            }
            int digest = 31 * Arrays.hashCode(losses) + gradients.hashCode();
            for (Parameter parameter : model.parameters().byName().values()) {
                digest = 31 * digest + Arrays.hashCode(parameter.value().toArray());
            }
            return new Trajectory(List.of(losses), gradients, digest);
        }
    }

    private static Map<String, Double> gradients(Sequential model, Loss loss, Batch batch) {
        model.backwardParameters(loss.forwardBackward(model.forward(batch.x()), batch.target()));
        Map<String, Double> norms = new LinkedHashMap<>();
        model.parameters()
                .byName()
                .forEach((name, parameter) ->
                        norms.put(name, norm(parameter.gradient().toArray())));
        return norms;
    }

    private static double norm(double[] numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number * number;
        }
        return Math.sqrt(sum);
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
            if (!(error <= worst.error)) {
                worst = new Worst(entry.getKey(), error);
            }
        }
        return worst;
    }

    /// The parameter with the largest error.
    record Worst(String parameter, double error) {}
}
