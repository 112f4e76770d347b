package dev.cresset.bench;

import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.backend.Rooms;
import dev.cresset.bench.FixedNetwork.Batch;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import java.util.ArrayList;
import java.util.List;

/// Steps as recordings: one for each lot of batches, replayed in turn, so a batch is never copied.
final class RecordedSteps implements Steps {
    private final Layer model;
    private final Loss loss;
    private final int together;
    private final SGD optimizer;
    private final List<Recording> recordings = new ArrayList<>();
    private final List<Rooms.Hold> holds = new ArrayList<>();
    private int next;

    RecordedSteps(Layer model, Loss loss, Hyper hyper, List<Batch> batches, int together) {
        this.model = model;
        this.loss = loss;
        this.together = together;
        warmUp(hyper, batches.getFirst());
        this.optimizer = new SGD(model.parameters(), hyper);
        Device device = model.device();
        for (int from = 0; from + together <= batches.size(); from += together) {
            List<Batch> lot = batches.subList(from, from + together);
            recordings.add(device.record(() -> lot.forEach(batch -> step(batch, optimizer))));
        }
    }

    /// Allocates what a step needs, as recording must not. A learning rate of 0 leaves the parameters as they are.
    private void warmUp(Hyper hyper, Batch batch) {
        try (SGD still = new SGD(model.parameters(), hyper.withLr(0))) {
            step(batch, still);
        }
        int rows = batch.x().rows();
        int inputs = batch.x().columns();
        holds.add(model.hold(rows, inputs));
        holds.add(loss.hold(model.device(), rows, model.outputs(inputs)));
    }

    private void step(Batch batch, SGD by) {
        model.backwardParameters(loss.forwardBackward(model.forward(batch.x()), batch.target()));
        by.step();
    }

    @Override
    public void run(int times) {
        for (int i = 0; i < times; i++) {
            recordings.get(next).replay();
            next = next + 1 < recordings.size() ? next + 1 : 0;
        }
    }

    @Override
    public int together() {
        return together;
    }

    @Override
    public double loss() {
        return loss.value().item();
    }

    @Override
    public void close() {
        recordings.forEach(Recording::close);
        holds.forEach(Rooms.Hold::close);
        optimizer.close();
    }
}
