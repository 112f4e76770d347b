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
import java.util.stream.Collectors;

/// Where the time of a training step goes: each verb of it alone, at the step's sizes, medians; products also as a
/// share of the multiply-adds that the same cores do on registers just before and after. `WORKLOAD THREADS`, of
/// `mnist/128` and `wide/512`.
public final class Profile {
    private static final double WARM_UP = 0.4e9;
    private static final double MEASURED = 1.5e9;
    private static final double BURST = 1e7;

    private static final List<Workload> WORKLOADS = Workloads.named(Workloads.cpu(), List.of("mnist/128", "wide/512"));

    private final Device device;
    private final int threads;
    private final Ops ops;
    private final Random random = new Random(1);
    private double sum;
    private double products;
    private double atCeiling;

    private Profile(Device device, int threads) {
        this.device = device;
        this.threads = threads;
        this.ops = device.ops();
    }

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2 || !arguments[1].matches("[1-9]\\d{0,3}")) {
            refuse("two arguments expected, a workload and a number of threads, found " + List.of(arguments));
        }
        Workload workload = WORKLOADS.stream()
                .filter(known -> known.key().equals(arguments[0]))
                .findFirst()
                .orElse(null);
        if (workload == null) {
            refuse("one of these workloads expected, found '" + arguments[0] + "'");
        }
        int threads = Integer.parseInt(arguments[1]);
        try (Device device = Device.cpu(Precision.FP32, threads)) {
            System.out.println(device.description());
            for (int i = 0; i < 200; i++) {
                Ceiling.gigaflops(threads);
            }
            System.out.printf(Locale.ROOT, "Multiply-adds on registers: %.0f GFLOP/s%n", Ceiling.gigaflops(threads));
            System.out.println("| verb | µs | GFLOP/s | of the ceiling beside |\n| --- | --- | --- | --- |");
            new Profile(device, threads).run(workload);
        }
    }

    /// Ends the program.
    private static void refuse(String complaint) {
        String names = WORKLOADS.stream().map(Workload::key).collect(Collectors.joining("|"));
        System.err.println("Profile: " + complaint + ".\nUsage: Profile " + names + " THREADS");
        System.exit(2);
    }

    private void run(Workload workload) throws InterruptedException {
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
                "| all | %.0f | | |%n| its products | %.0f | %.0f | %.0f %% |%n",
                sum,
                products,
                workload.flops() / products * 1e-3,
                100 * workload.flops() / atCeiling);
    }

    private void layer(int rows, int in, int out, boolean first, boolean last, boolean norm)
            throws InterruptedException {
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

    private void time(String name, double flops, Runnable verb) throws InterruptedException {
        List<Double> times = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        for (long begin = System.nanoTime(); System.nanoTime() - begin < WARM_UP; ) {
            verb.run();
        }
        double before = flops > 0 ? Ceiling.gigaflops(threads) : 0;
        for (long begin = System.nanoTime(); System.nanoTime() - begin < MEASURED || times.size() < 9; ) {
            // Wakes the device's threads, which a step finds awake.
            verb.run();
            double time = burst(verb);
            times.add(time * 1e-3);
            if (flops > 0) {
                double after = Ceiling.gigaflops(threads);
                shares.add(flops / time / (0.5 * (before + after)));
                before = after;
            }
        }
        double median = median(times);
        sum += median;
        if (flops > 0) {
            double share = median(shares);
            products += median;
            atCeiling += flops / share;
            System.out.printf(
                    Locale.ROOT, "| %s | %.1f | %.0f | %.0f %% |%n", name, median, flops / median * 1e-3, 100 * share);
        } else {
            System.out.printf(Locale.ROOT, "| %s | %.1f | | |%n", name, median);
        }
    }

    /// Nanoseconds of one run, of some in a row.
    private static double burst(Runnable verb) {
        long begin = System.nanoTime();
        int count = 0;
        do {
            verb.run();
            count++;
        } while (System.nanoTime() - begin < BURST);
        return (System.nanoTime() - begin) / (double) count;
    }

    private static double median(List<Double> numbers) {
        Collections.sort(numbers);
        return numbers.get(numbers.size() / 2);
    }
}
