package dev.cresset.benchmarks;

import dev.cresset.backend.Device;
import dev.cresset.bench.FixedNetwork;
import dev.cresset.bench.Workload;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Sequential;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.RowOrder;
import dev.cresset.train.Trainer;
import dev.cresset.train.TrainingSession;

/// Cresset as its trainer does it: recorded steps, batches gathered from the data.
final class OursTrained {
    private OursTrained() {}

    public static void main(String[] arguments) {
        Entry entry = Entry.of(arguments);
        Workload workload = entry.workload();
        try (Device device = Device.cpu(Precision.FP32, entry.threads());
                Sequential model = FixedNetwork.model(workload).to(device);
                Loss loss = FixedNetwork.loss(workload);
                TrainingSession session = Trainer.builder(model, loss)
                        .device(device)
                        .optimizer(workload.hyper())
                        .batchSize(workload.batch())
                        .order(RowOrder.Kind.SEQUENTIAL)
                        .session(FixedNetwork.batches(workload, Entry.BATCHES))) {
            Clock.run(entry.seconds(), i -> session.run(1), session::loss);
        }
    }
}
