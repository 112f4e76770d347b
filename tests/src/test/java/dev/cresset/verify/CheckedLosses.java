package dev.cresset.verify;

import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Device;
import dev.cresset.backend.Reduction;
import dev.cresset.loss.BCELoss;
import dev.cresset.loss.BCEWithLogitsLoss;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.L1Loss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.loss.SmoothL1Loss;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Sigmoid;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.Tensor;
import java.util.List;

/// The losses whose gradients are checked, with targets that suit them.
final class CheckedLosses {
    private CheckedLosses() {}

    interface Made {
        Loss with(Reduction reduction, int outputs);
    }

    interface Target {
        Tensor of(Device device, int rows, int outputs);
    }

    /// What a loss wants between the model and itself.
    interface Front {
        List<Layer> layers();
    }

    record Entry(String name, Made loss, Target target, Front front) {
        List<Layer> inFront() {
            return front.layers();
        }
    }

    static List<Entry> all() {
        return List.of(
                entry("MSE", (r, c) -> new MSELoss(r), CheckedLosses::numbers),
                entry("halved MSE", (r, c) -> MSELoss.halved(r), CheckedLosses::numbers),
                entry("L1", (r, c) -> new L1Loss(r), CheckedLosses::numbers),
                entry("SmoothL1 with β = 1", (r, c) -> new SmoothL1Loss(1, r), CheckedLosses::numbers),
                entry("SmoothL1 with β = 0.5", (r, c) -> new SmoothL1Loss(0.5, r), CheckedLosses::numbers),
                new Entry(
                        "BCE behind a sigmoid",
                        (r, c) -> new BCELoss(r),
                        CheckedLosses::shares,
                        () -> List.of(new Sigmoid())),
                entry("BCE with logits", (r, c) -> new BCEWithLogitsLoss(r), CheckedLosses::shares),
                entry(
                        "cross-entropy of classes",
                        (r, c) -> new CrossEntropyLoss(Targets.CLASS_INDICES, r),
                        CheckedLosses::classes),
                entry(
                        "cross-entropy of smoothed and weighted classes",
                        (r, c) -> new CrossEntropyLoss(Targets.CLASS_INDICES, r)
                                .withLabelSmoothing(0.2)
                                .withClassWeights(weights(c)),
                        CheckedLosses::classes),
                entry(
                        "cross-entropy of probabilities",
                        (r, c) -> new CrossEntropyLoss(Targets.PROBABILITIES, r),
                        CheckedLosses::probabilities),
                entry(
                        "cross-entropy of smoothed and weighted probabilities",
                        (r, c) -> new CrossEntropyLoss(Targets.PROBABILITIES, r)
                                .withLabelSmoothing(0.1)
                                .withClassWeights(weights(c)),
                        CheckedLosses::probabilities));
    }

    private static Entry entry(String name, Made loss, Target target) {
        return new Entry(name, loss, target, List::of);
    }

    private static double[] weights(int classes) {
        double[] weights = new double[classes];
        for (int c = 0; c < classes; c++) {
            weights[c] = 0.5 + c;
        }
        return weights;
    }

    private static Tensor numbers(Device device, int rows, int outputs) {
        return Numbers.normal(device, rows, outputs, 2);
    }

    private static Tensor shares(Device device, int rows, int outputs) {
        return device.tensor(rows, outputs, uniform(rows * outputs));
    }

    private static Tensor classes(Device device, int rows, int outputs) {
        double[] classes = new double[rows];
        RandomStream random = new RandomStream(3, 0);
        for (int i = 0; i < rows; i++) {
            classes[i] = random.nextInt(outputs);
        }
        return device.tensor(rows, 1, classes);
    }

    private static Tensor probabilities(Device device, int rows, int outputs) {
        double[] values = uniform(rows * outputs);
        for (int i = 0; i < rows; i++) {
            double sum = 0;
            for (int j = 0; j < outputs; j++) {
                sum += values[i * outputs + j];
            }
            for (int j = 0; j < outputs; j++) {
                values[i * outputs + j] /= sum;
            }
        }
        return device.tensor(rows, outputs, values);
    }

    private static double[] uniform(int count) {
        RandomStream random = new RandomStream(4, 0);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextDouble();
        }
        return values;
    }
}
