package dev.cresset.train;

import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.backend.Rooms;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Training steps verb by verb, for batches of one shape. The first ones run as they are, and so allocate what they
/// need; later ones are recorded, as many together as are asked for, and replayed on the same memory. When a part of
/// the model has changed its mode they start anew. The heart of it is [#step].
final class RecordedSteps implements AutoCloseable {
    private final Layer model;
    private final Loss loss;
    private final SGD optimizer;
    private final Batch batch;
    private final Progress progress;
    private final Runnable drawing;
    private final List<Rooms.Hold> holds = new ArrayList<>();
    private final Map<Integer, Recording> recordings = new HashMap<>();
    private Layer.Modes modes = () -> false;

    /// @param batch what a step is trained on
    /// @param drawing brings the next batch there, as part of a step
    RecordedSteps(Layer model, Loss loss, SGD optimizer, Batch batch, Progress progress, Runnable drawing) {
        this.model = model;
        this.loss = loss;
        this.optimizer = optimizer;
        this.batch = batch;
        this.progress = progress;
        this.drawing = drawing;
    }

    /// Submits `count` steps.
    void run(int count) {
        if (!modes.areKept()) {
            forget();
            repeat(count);
            hold();
            modes = model.modes();
        } else {
            // A graph would not notice that the model has moved away from the memory it was recorded with.
            optimizer.requireOpen();
            recordings
                    .computeIfAbsent(count, n -> model.device().record(() -> repeat(n)))
                    .replay();
        }
    }

    private void repeat(int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
    }

    private void step() {
        Device device = model.device();
        drawing.run();
        Tensor prediction = model.forward(batch.x());
        Tensor gradient = loss.forwardBackward(prediction, batch.target());
        model.backwardParameters(gradient);
        optimizer.step();
        device.ops().keep(loss.value(), progress.batch(), progress.ring());
        device.ops().advance(progress.batch());
    }

    private void hold() {
        int rows = batch.x().rows();
        int inputs = batch.x().columns();
        holds.add(model.hold(rows, inputs));
        holds.add(loss.hold(model.device(), rows, model.outputs(inputs)));
    }

    private void forget() {
        recordings.values().forEach(Recording::close);
        recordings.clear();
        holds.forEach(Rooms.Hold::close);
        holds.clear();
        modes = () -> false;
    }

    @Override
    public void close() {
        forget();
    }
}
