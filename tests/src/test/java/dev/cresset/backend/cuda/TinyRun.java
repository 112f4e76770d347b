package dev.cresset.backend.cuda;

import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Dropout;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// A small training that uses most of what the library has, step by step: eagerly or recorded.
final class TinyRun implements AutoCloseable {
    private static final int ROWS = 33;
    private static final int INPUTS = 20;
    private static final int CLASSES = 7;

    private final Sequential model;
    private final CrossEntropyLoss loss = new CrossEntropyLoss();
    private final SGD optimizer;
    private final Tensor x;
    private final Tensor target;

    TinyRun(Device device) {
        model = new Sequential(
                        new Linear(INPUTS, 31, 1),
                        new BatchNorm1d(31),
                        new ReLU(),
                        new Dropout(0.2, 3),
                        new Linear(31, CLASSES, 2))
                .to(device);
        optimizer = new SGD(model.parameters(), Hyper.lr(0.1).withMomentum(0.9));
        x = device.tensor(ROWS, INPUTS);
        target = device.tensor(ROWS, 1);
        feed(0);
    }

    /// Writes batch number `index`.
    void feed(int index) {
        RandomStream random = new RandomStream(index, 0);
        double[] features = new double[ROWS * INPUTS];
        double[] labels = new double[ROWS];
        for (int i = 0; i < features.length; i++) {
            features[i] = random.nextGaussian();
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(CLASSES);
        }
        x.write(features);
        target.write(labels);
    }

    /// One step on the batch that was fed last.
    void step() {
        Tensor prediction = model.forward(x);
        model.backwardParameters(loss.forwardBackward(prediction, target));
        optimizer.step();
    }

    /// The step as a recording; it has run once before.
    Recording record() {
        return model.device().record(this::step);
    }

    double loss() {
        return loss.value().item();
    }

    /// All parameters, one after the other.
    double[] parameters() {
        return model.parameters().byName().values().stream()
                .flatMapToDouble(parameter -> Arrays.stream(parameter.value().toArray()))
                .toArray();
    }

    @Override
    public void close() {
        optimizer.close();
        loss.close();
        model.close();
    }
}
