package dev.cresset.bench;

import dev.cresset.backend.Device;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Initialization;
import dev.cresset.nn.Initializer;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Sigmoid;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A [Workload] made of [FixedNumbers]: with `s = 1/√inputs`, the weight of layer l is uniform(−s, s) of seed 100 + l,
/// row after row, its bias that of seed 200 + l; batch p is uniform(−1, 1) of seed 1000 + p, its targets those of seed
/// 5000 + p: class numbers, or uniform(0, 1) behind a sigmoid, uniform(−1, 1) else.
final class FixedNetwork {
    private static final int WEIGHT_SEED = 100;
    private static final int BIAS_SEED = 200;
    private static final int INPUT_SEED = 1000;
    private static final int TARGET_SEED = 5000;

    private FixedNetwork() {}

    /// The network on the reference device, at its first numbers.
    static Sequential model(Workload workload) {
        List<Layer> layers = new ArrayList<>();
        int last = workload.sizes().size() - 2;
        for (int i = 0; i <= last; i++) {
            int outputs = workload.sizes().get(i + 1);
            layers.add(new Linear(workload.sizes().get(i), outputs, numbers(i), 0));
            switch (workload.kind()) {
                case SIGMOID_MSE -> layers.add(new Sigmoid());
                case BATCH_NORM_RELU_CROSS_ENTROPY -> {
                    if (i < last) {
                        layers.add(new BatchNorm1d(outputs));
                        layers.add(new ReLU());
                    }
                }
                case RELU_MSE, RELU_CROSS_ENTROPY -> {
                    if (i < last) {
                        layers.add(new ReLU());
                    }
                }
            }
        }
        return new Sequential(layers);
    }

    static Loss loss(Workload workload) {
        return workload.kind().hasClasses() ? new CrossEntropyLoss() : new MSELoss();
    }

    private static Initialization numbers(int layer) {
        return new Initialization(fanIn(WEIGHT_SEED + layer), fanIn(BIAS_SEED + layer));
    }

    private static Initializer fanIn(int seed) {
        return (numbers, inputs, outputs, random) -> {
            double bound = (float) (1 / Math.sqrt(inputs));
            FixedNumbers.uniform(seed, -bound, bound, numbers);
        };
    }

    /// Features, N × inputs, and targets, on one device.
    record Batch(Tensor x, Tensor target) {}

    /// Batches 0 to `count − 1`.
    static List<Batch> batches(Workload workload, Device device, int count) {
        return IntStream.range(0, count)
                .mapToObj(p -> batch(workload, device, p))
                .toList();
    }

    private static Batch batch(Workload workload, Device device, int p) {
        int rows = workload.batch();
        double[] x = new double[rows * workload.sizes().getFirst()];
        FixedNumbers.uniform(INPUT_SEED + p, -1, 1, x);
        int outputs = workload.sizes().getLast();
        int columns = workload.kind().hasClasses() ? 1 : outputs;
        double[] y = new double[rows * columns];
        if (workload.kind().hasClasses()) {
            FixedNumbers.classes(TARGET_SEED + p, outputs, y);
        } else {
            FixedNumbers.uniform(TARGET_SEED + p, workload.kind() == Workload.Kind.SIGMOID_MSE ? 0 : -1, 1, y);
        }
        return new Batch(device.tensor(rows, workload.sizes().getFirst(), x), device.tensor(rows, columns, y));
    }
}
