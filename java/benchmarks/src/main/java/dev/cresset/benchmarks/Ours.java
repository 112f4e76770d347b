package dev.cresset.benchmarks;

import dev.cresset.backend.Device;
import dev.cresset.bench.FixedNetwork;
import dev.cresset.bench.Workload;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;

/// Cresset by its public interface, layer by layer: forward, loss, backward, step.
final class Ours {
    private Ours() {}

    public static void main(String[] arguments) {
        Entry entry = Entry.of(arguments);
        Workload workload = entry.workload();
        try (Device device = Device.cpu(Precision.FP32, entry.threads());
                Sequential model = FixedNetwork.model(workload).to(device);
                Loss loss = FixedNetwork.loss(workload);
                SGD sgd = new SGD(model.parameters(), workload.hyper())) {
            Tensor[] x = new Tensor[Entry.BATCHES];
            Tensor[] y = new Tensor[Entry.BATCHES];
            for (int i = 0; i < Entry.BATCHES; i++) {
                double[] targets = FixedNetwork.targets(workload, i);
                x[i] = device.tensor(workload.batch(), workload.sizes().getFirst(), FixedNetwork.features(workload, i));
                y[i] = device.tensor(workload.batch(), targets.length / workload.batch(), targets);
            }
            Clock.run(
                    entry.seconds(),
                    i -> {
                        int batch = i % Entry.BATCHES;
                        Tensor prediction = model.forward(x[batch]);
                        Tensor gradient = loss.forwardBackward(prediction, y[batch]);
                        model.backwardParameters(gradient);
                        sgd.step();
                    },
                    () -> loss.value().get(0, 0));
        }
    }
}
