package dev.cresset.benchmarks;

import dev.cresset.backend.Activation;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.Device;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Ops;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.Statistics;
import dev.cresset.backend.Transpose;
import dev.cresset.bench.Workload;
import dev.cresset.bench.Workloads;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Where the time of a training step goes: each verb of it alone, at the step's sizes. `WORKLOAD THREADS`, of
/// `mnist/128` and `wide/512`.
public final class Profile {
    private static final double SECONDS = 0.6;

    private final Device device;
    private final Ops ops;
    private final Random random = new Random(1);
    private double sum;
    private double products;
    private double bestOfProducts;

    private Profile(Device device) {
        this.device = device;
        this.ops = device.ops();
    }

    public static void main(String[] arguments) throws InterruptedException {
        int threads = Integer.parseInt(arguments[1]);
        Workload workload =
                Workloads.named(Workloads.cpu(), List.of(arguments[0])).getFirst();
        try (Device device = Device.cpu(Precision.FP32, threads)) {
            System.out.println(device.description());
            System.out.printf(Locale.ROOT, "Ceiling of multiply-adds: %.0f GFLOP/s%n", Ceiling.gigaflops(threads));
            System.out.println("| verb | µs, median | best | GFLOP/s, median |\n| --- | --- | --- | --- |");
            new Profile(device).run(workload);
            System.out.printf(Locale.ROOT, "Ceiling afterwards: %.0f GFLOP/s%n", Ceiling.gigaflops(threads));
        }
    }

    private void run(Workload workload) {
        int rows = workload.batch();
        List<Integer> sizes = workload.sizes();
        boolean norm = workload.kind() == Workload.Kind.BATCH_NORM_RELU_CROSS_ENTROPY;
        for (int l = 0; l + 1 < sizes.size(); l++) {
            layer(rows, sizes.get(l), sizes.get(l + 1), l == 0, l + 2 == sizes.size(), norm);
        }
        int classes = sizes.getLast();
        Tensor z = filled(rows, classes);
        Tensor logp = filled(rows, classes);
        Tensor dz = filled(rows, classes);
        Tensor target = device.tensor(rows, 1);
        Tensor weights = filled(1, classes);
        Tensor loss = device.tensor(1, 1);
        CrossEntropy spec = new CrossEntropy(CrossEntropy.Targets.CLASS_INDICES, 0, Reduction.MEAN);
        time("loss and its gradient", 0, () -> ops.softmaxCrossEntropy(spec, z, target, weights, logp, loss, dz));
        int parameters = Math.toIntExact(workload.parameters());
        Tensor w = filled(1, parameters);
        Tensor g = filled(1, parameters);
        Tensor v = filled(1, parameters);
        Tensor hyper = device.tensor(1, 4, new double[] {1e-6, 0.9, 0, 0});
        Counter step = device.counter();
        step.set(1);
        time("momentum", 0, () -> ops.sgdMomentum(MomentumForm.HEAVY_BALL, g, v, w, hyper, step));
        System.out.printf(
                Locale.ROOT,
                "| all | %.0f | | |%n| products | %.0f | %.0f | %.0f, best %.0f |%n",
                sum,
                products,
                bestOfProducts,
                workload.flops() / products * 1e-3,
                workload.flops() / bestOfProducts * 1e-3);
    }

    private void layer(int rows, int in, int out, boolean first, boolean last, boolean norm) {
        Tensor a = filled(rows, in);
        Tensor weight = filled(out, in);
        Tensor bias = filled(1, out);
        Tensor z = filled(rows, out);
        Tensor y = filled(rows, out);
        Tensor dz = filled(rows, out);
        Tensor xhat = filled(rows, out);
        Tensor da = filled(rows, in);
        Tensor dw = filled(out, in);
        Tensor mean = device.tensor(1, out);
        Tensor variance = device.tensor(1, out);
        Tensor db = device.tensor(1, out);
        ops.fill(variance, 1);
        String name = " " + in + "→" + out;
        double flops = 2.0 * rows * in * out;
        Activation relu = Activation.RELU;
        if (norm || last) {
            time("product and bias" + name, flops, () -> ops.linear(a, weight, bias, z));
        } else {
            time("product, bias, ReLU" + name, flops, () -> ops.linearActivation(relu, a, weight, bias, z, y));
        }
        if (norm && !last) {
            time("moments" + name, 0, () -> ops.columnMoments(z, mean, variance));
            time("normalise" + name, 0, () -> ops.batchNorm(z, mean, variance, bias, bias, xhat, y, 1e-5));
            time("ReLU" + name, 0, () -> ops.activate(relu, z, y));
            time("ReLU's gradient" + name, 0, () -> ops.activateGradient(relu, z, y, dz, dz));
            time(
                    "batch norm's gradient" + name,
                    0,
                    () -> ops.batchNormGradient(Statistics.BATCH, xhat, variance, bias, y, dz, mean, db, 1e-5));
            ops.fill(variance, 1);
        }
        if (!norm && !last) {
            time("ReLU's and bias' gradient" + name, 0, () -> ops.activateGradientSums(relu, z, y, dz, dz, db));
        } else {
            time("bias' gradient" + name, 0, () -> ops.columnSums(dz, db));
        }
        time("weight's gradient" + name, flops, () -> ops.gemm(dz, Transpose.YES, a, Transpose.NO, dw, 0));
        if (!first) {
            time("input's gradient" + name, flops, () -> ops.gemm(dz, Transpose.NO, weight, Transpose.NO, da, 0));
        }
    }

    private Tensor filled(int rows, int columns) {
        return device.tensor(
                rows, columns, random.doubles((long) rows * columns, -0.5, 0.5).toArray());
    }

    private void time(String name, double flops, Runnable verb) {
        List<Double> times = new ArrayList<>();
        long begin = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - begin < SECONDS * 1e9 || times.size() < 5) {
            long start = System.nanoTime();
            verb.run();
            // The first ones are compiled meanwhile.
            if (++count > 20 || System.nanoTime() - begin > SECONDS * 0.5e9) {
                times.add((System.nanoTime() - start) * 1e-3);
            }
        }
        Collections.sort(times);
        double median = times.get(times.size() / 2);
        sum += median;
        products += flops > 0 ? median : 0;
        bestOfProducts += flops > 0 ? times.getFirst() : 0;
        String rate = flops > 0 ? String.format(Locale.ROOT, "%.0f", flops / median * 1e-3) : "";
        System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %s |%n", name, median, times.getFirst(), rate);
    }
}
