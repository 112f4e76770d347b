package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Ops;
import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Statistics;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Each verb that is bound by memory, on matrices larger than a GPU's cache: bytes by second, and the share of what a
/// copy reaches. A byte counts once for each operand, however often a kernel reads it.
final class VerbTimes {
    private record Verb(double operands, Runnable work) {}

    private final CudaBackend device;
    private final Tensor[] m;
    private final Tensor[] row;
    private final Tensor hyper;
    private final Tensor one;
    private final Counter counter;

    private VerbTimes(CudaBackend device, int rows, int columns) {
        this.device = device;
        this.m = new Tensor[4];
        // From -4 to 4, so that the threads of a warp meet different branches of tanh and its like.
        RandomStream random = new RandomStream(23, columns);
        double[] numbers = new double[columns];
        Arrays.setAll(numbers, i -> 8 * random.nextDouble() - 4);
        Tensor spread = device.tensor(1, columns, numbers);
        for (int i = 0; i < m.length; i++) {
            m[i] = device.tensor(rows, columns);
            device.ops().fill(m[i], 0.25 + i);
            device.ops().addRow(m[i], spread, m[i]);
        }
        this.row = new Tensor[6];
        for (int i = 0; i < row.length; i++) {
            row[i] = device.tensor(1, columns);
            device.ops().fill(row[i], 0.5);
        }
        this.hyper = device.tensor(1, 4, new double[] {1e-3, 0.9, 0, 1e-4});
        this.one = device.tensor(1, 1);
        this.counter = device.counter();
        // The first step of an optimizer does not read the velocity.
        device.ops().advance(counter);
    }

    /// A row of text for each verb.
    static void print(CudaBackend device, Stopwatch watch, int rows, int columns) {
        System.out.println(
                "| verb, " + rows + "×" + columns + " in " + device.precision() + " | µs | GB/s | of a copy |");
        System.out.println("|---|---|---|---|");
        VerbTimes times = new VerbTimes(device, rows, columns);
        double bytes = (double) rows * columns * device.precision().bytes();
        // From idle clocks the first, by which all others are measured, would be slow.
        watch.seconds(device, times.verbs().firstEntry().getValue().work);
        double copy = 0;
        for (Map.Entry<String, Verb> each : times.verbs().entrySet()) {
            double seconds = watch.seconds(device, each.getValue().work);
            double rate = each.getValue().operands * bytes / seconds;
            copy = copy == 0 ? rate : copy;
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.0f | %.2f |%n",
                    each.getKey(),
                    seconds * 1e6,
                    rate * 1e-9,
                    rate / copy);
        }
    }

    /// By name, the copy first.
    private LinkedHashMap<String, Verb> verbs() {
        Ops ops = device.ops();
        LinkedHashMap<String, Verb> all = new LinkedHashMap<>();
        all.put("copy", new Verb(2, () -> ops.copy(m[0], m[1])));
        all.put("fill", new Verb(1, () -> ops.fill(m[1], 1)));
        all.put("addRow", new Verb(2, () -> ops.addRow(m[0], row[0], m[1])));
        all.put("columnSums", new Verb(1, () -> ops.columnSums(m[0], row[0])));
        all.put("columnMoments", new Verb(1, () -> ops.columnMoments(m[0], row[0], row[1])));
        for (Activation f : new Activation[] {Activation.RELU, Activation.SIGMOID, Activation.TANH, Activation.GELU}) {
            all.put("activate " + f.kind(), new Verb(2, () -> ops.activate(f, m[0], m[1])));
            all.put("activateGradient " + f.kind(), new Verb(3, () -> ops.activateGradient(f, m[0], m[1], m[2], m[3])));
        }
        all.put("softmax", new Verb(2, () -> ops.softmax(m[0], m[1])));
        all.put("softmaxGradient", new Verb(3, () -> ops.softmaxGradient(m[0], m[1], m[2])));
        all.put("batchNorm", new Verb(3, () -> ops.batchNorm(m[0], row[0], row[1], row[2], row[3], m[1], m[2], 1e-5)));
        all.put(
                "batchNormGradient",
                new Verb(
                        3,
                        () -> ops.batchNormGradient(
                                Statistics.BATCH, m[0], row[1], row[2], m[1], m[2], row[4], row[5], 1e-5)));
        all.put("dropout", new Verb(2, () -> ops.dropout(m[0], m[1], counter, 0.1, 7)));
        all.put("squared error", new Verb(2, () -> ops.pointwiseLoss(PointwiseLoss.SQUARED, m[0], m[1], one, 1)));
        all.put(
                "gradient of squared error",
                new Verb(3, () -> ops.pointwiseLossGradient(PointwiseLoss.SQUARED, m[0], m[1], m[2], 1)));
        all.put("sgd", new Verb(3, () -> ops.sgd(m[0], m[1], hyper)));
        all.put(
                "sgdMomentum",
                new Verb(5, () -> ops.sgdMomentum(MomentumForm.HEAVY_BALL, m[0], m[1], m[2], hyper, counter)));
        return all;
    }
}
