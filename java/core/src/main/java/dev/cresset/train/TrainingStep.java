package dev.cresset.train;

import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.backend.Rooms;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One training step for batches of one shape: the first time it runs and so allocates what it needs, then
/// it is recorded, and every later time replayed on the same memory; when a part of the model has changed its mode it
/// is recorded anew. The heart of it is [#once].
final class TrainingStep implements AutoCloseable {
    private final Layer model;
    private final Loss loss;
    private final SGD optimizer;
    private final Feed feed;
    private final Feed.Batch batch;
    private final List<Rooms.Hold> holds = new ArrayList<>();
    private @Nullable Recording recording;
    private Layer.Modes modes = () -> false;
    private @Nullable Tensor value;

    TrainingStep(Layer model, Loss loss, SGD optimizer, Feed feed, int rows) {
        this.model = model;
        this.loss = loss;
        this.optimizer = optimizer;
        this.feed = feed;
        this.batch = feed.batch(model.device(), rows);
    }

    /// Trains on batch number `index` of the epoch.
    ///
    /// @return its loss before the step
    double run(int index) {
        Device device = model.device();
        feed.copy(index, batch);
        if (recording == null || !modes.areKept()) {
            once();
            value = loss.value();
            forget();
            hold();
            modes = model.modes();
            recording = device.record(this::once);
        } else {
            // A graph would not notice that the model has moved away from the memory it was recorded with.
            optimizer.requireOpen();
            recording.replay();
        }
        return value.item();
    }

    private void hold() {
        int rows = batch.x().rows();
        int inputs = batch.x().columns();
        holds.add(model.hold(rows, inputs));
        holds.add(loss.hold(model.device(), rows, model.outputs(inputs)));
    }

    private void once() {
        Tensor prediction = model.forward(batch.x());
        Tensor gradient = loss.forwardBackward(prediction, batch.target());
        model.backwardParameters(gradient);
        optimizer.step();
    }

    private void forget() {
        if (recording != null) {
            recording.close();
            recording = null;
        }
        holds.forEach(Rooms.Hold::close);
        holds.clear();
    }

    @Override
    public void close() {
        forget();
    }
}
