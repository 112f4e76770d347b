package dev.cresset.bench;

import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.data.Schema;
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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A [Workload] made of [FixedNumbers]: with `s = 1/√inputs`, the weight of layer l is uniform(−s, s) of seed 100 + l,
/// row after row, its bias that of seed 200 + l; batch p is uniform(−1, 1) of seed 1000 + p, its targets those of seed
/// 5000 + p: class numbers, or uniform(0, 1) behind a sigmoid, uniform(−1, 1) else.
public final class FixedNetwork {
    private static final int WEIGHT_SEED = 100;
    private static final int BIAS_SEED = 200;
    private static final int INPUT_SEED = 1000;
    private static final int TARGET_SEED = 5000;

    private FixedNetwork() {}

    /// The network on the reference device, at its first numbers.
    public static Sequential model(Workload workload) {
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

    /// What it is trained with.
    public static Loss loss(Workload workload) {
        return workload.kind().hasClasses() ? new CrossEntropyLoss() : new MSELoss();
    }

    /// The first weight of a Linear, counted from 0, row after row.
    public static double[] weight(Workload workload, int layer) {
        int inputs = workload.sizes().get(layer);
        return first(
                WEIGHT_SEED + layer,
                inputs,
                new double[inputs * workload.sizes().get(layer + 1)]);
    }

    /// Its first bias.
    public static double[] bias(Workload workload, int layer) {
        return first(
                BIAS_SEED + layer,
                workload.sizes().get(layer),
                new double[workload.sizes().get(layer + 1)]);
    }

    private static double[] first(int seed, int inputs, double[] numbers) {
        double bound = (float) (1 / Math.sqrt(inputs));
        FixedNumbers.uniform(seed, -bound, bound, numbers);
        return numbers;
    }

    private static Initialization numbers(int layer) {
        return new Initialization(fanIn(WEIGHT_SEED + layer), fanIn(BIAS_SEED + layer));
    }

    private static Initializer fanIn(int seed) {
        return (numbers, inputs, outputs, random) -> first(seed, inputs, numbers);
    }

    /// Batches 0 to `count − 1`, one after the other.
    public static Dataset batches(Workload workload, int count) {
        int rows = workload.batch();
        int inputs = workload.sizes().getFirst();
        int outputs = workload.sizes().getLast();
        int columns = workload.kind().hasClasses() ? 1 : outputs;
        double[] x = new double[Math.multiplyExact(count * rows, inputs)];
        double[] y = new double[Math.multiplyExact(count * rows, columns)];
        for (int p = 0; p < count; p++) {
            System.arraycopy(features(workload, p), 0, x, p * rows * inputs, rows * inputs);
            System.arraycopy(targets(workload, p), 0, y, p * rows * columns, rows * columns);
        }
        List<String> features =
                IntStream.range(0, inputs).mapToObj(i -> "x" + i).toList();
        List<String> names = IntStream.range(0, outputs).mapToObj(i -> "y" + i).toList();
        Schema schema = workload.kind().hasClasses()
                ? Schema.classification(features, "y", names)
                : Schema.regression(features, names);
        return Dataset.of(Rows.wrap(count * rows, inputs, x), Rows.wrap(count * rows, columns, y), schema);
    }

    /// The features of batch p, row after row.
    public static double[] features(Workload workload, int p) {
        double[] x = new double[workload.batch() * workload.sizes().getFirst()];
        FixedNumbers.uniform(INPUT_SEED + p, -1, 1, x);
        return x;
    }

    /// The targets of batch p, row after row: class numbers, or a number for each output.
    public static double[] targets(Workload workload, int p) {
        int outputs = workload.sizes().getLast();
        int columns = workload.kind().hasClasses() ? 1 : outputs;
        double[] y = new double[workload.batch() * columns];
        if (workload.kind().hasClasses()) {
            FixedNumbers.classes(TARGET_SEED + p, outputs, y);
        } else {
            FixedNumbers.uniform(TARGET_SEED + p, workload.kind() == Workload.Kind.SIGMOID_MSE ? 0 : -1, 1, y);
        }
        return y;
    }
}
