package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.cresset.backend.Activation;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Ops;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.Statistics;
import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A step of training, once compiled, allocates nothing that grows with the data. In a Java of its own: one that has
/// compiled the same code for other tests may not inline it as well, and objects escape (docs/notes/0005).
@Tag("alone")
class CpuSteadyStateTest {
    private static final int STEPS = 1000;

    /// Less than one row of the activations in float64 for each verb.
    private static final double BYTES_PER_STEP = 512;

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    @ParameterizedTest
    @CsvSource({"FP32, 8, 1", "FP64, 8, 1", "FP32, 600, 2"})
    void aStepAllocatesNothingOfTheSizeOfItsData(Precision precision, int rows, int threads) {
        try (CpuBackend device = CpuBackend.open(precision, 1);
                CpuWorkers workers = new CpuWorkers(threads)) {
            CpuBlocks blocks = CpuSimd.blocks(precision);
            CpuOps ops = new CpuOps(precision, CpuProducts.of(precision, null), blocks, new CpuCalls(workers, blocks));
            settles(new Step(device, ops, rows, 20, 40));
        }
    }

    /// Runs the step until it allocates next to nothing.
    private static void settles(Step step) {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemoryEnabled(),
                "this Java does not count what a thread allocates");
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long end = System.nanoTime() + PATIENCE_NANOS;
        double bytes = Double.MAX_VALUE;
        while (bytes > BYTES_PER_STEP) {
            if (System.nanoTime() > end) {
                Map<String, Double> each = new LinkedHashMap<>();
                step.verbs.forEach((name, verb) -> each.put(name, bytes(bean, verb)));
                fail("a step of nine verbs still allocates " + bytes + " bytes: " + each);
            }
            bytes = bytes(bean, step::run);
        }
    }

    /// The compiler inlines what it has seen to be reached often; what it does not inline makes objects of vectors.
    @Test
    void rowsThatFillNoVectorDoNotMakeLaterOnesAllocate() {
        try (CpuBackend device = CpuBackend.open(Precision.FP32, 1)) {
            Step narrow = new Step(device, device.ops(), 1, 700, 3);
            Step wide = new Step(device, device.ops(), 8, 20, 40);
            long end = System.nanoTime() + PATIENCE_NANOS / 4;
            for (int i = 0; i < 400_000 && System.nanoTime() < end; i++) {
                (i % 1000 == 0 ? wide : narrow).run();
            }
            settles(wide);
        }
    }

    /// Bytes that a run allocates, on average.
    private static double bytes(ThreadMXBean bean, Runnable work) {
        long before = bean.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < STEPS; i++) {
            work.run();
        }
        return (bean.getCurrentThreadAllocatedBytes() - before) / (double) STEPS;
    }

    private static final class Step {
        private final Ops ops;
        private final Tensor x;
        private final Tensor w;
        private final Tensor v;
        private final Tensor dw;
        private final Tensor row;
        private final Tensor mean;
        private final Tensor variance;
        private final Tensor z;
        private final Tensor a;
        private final Tensor dz;
        private final Tensor target;
        private final Tensor loss;
        private final Tensor hyper;
        private final Counter counter;
        private final Map<String, Runnable> verbs;
        private final CrossEntropy spec = new CrossEntropy(Targets.CLASS_INDICES, 0, Reduction.MEAN);

        private Step(CpuBackend device, Ops ops, int rows, int in, int out) {
            this.ops = ops;
            x = device.tensor(rows, in);
            w = device.tensor(out, in);
            v = device.tensor(out, in);
            dw = device.tensor(out, in);
            row = device.tensor(1, out);
            mean = device.tensor(1, out);
            variance = device.tensor(1, out);
            z = device.tensor(rows, out);
            a = device.tensor(rows, out);
            dz = device.tensor(rows, out);
            target = device.tensor(rows, 1);
            loss = device.tensor(1, 1);
            hyper = device.tensor(1, 4, new double[] {0.01, 0.9, 0, 0});
            counter = device.counter();
            ops.fill(row, 1);
            verbs = verbs();
        }

        private void run() {
            verbs.values().forEach(Runnable::run);
        }

        private Map<String, Runnable> verbs() {
            Map<String, Runnable> verbs = new LinkedHashMap<>();
            verbs.put("linear", () -> ops.linear(x, w, row, z));
            verbs.put("columnMoments", () -> ops.columnMoments(z, mean, variance));
            verbs.put("batchNorm", () -> ops.batchNorm(z, mean, variance, row, row, a, dz, 1e-5));
            verbs.put("activate", () -> ops.activate(Activation.SIGMOID, z, a));
            verbs.put("softmaxCrossEntropy", () -> ops.softmaxCrossEntropy(spec, a, target, row, z, loss, dz));
            verbs.put("activateGradient", () -> ops.activateGradient(Activation.SIGMOID, z, a, dz, dz));
            verbs.put(
                    "batchNormGradient",
                    () -> ops.batchNormGradient(Statistics.BATCH, a, variance, row, dz, z, mean, variance, 1e-5));
            verbs.put("gemm", () -> ops.gemm(dz, Transpose.YES, x, Transpose.NO, dw, 0));
            verbs.put("sgdMomentum", () -> ops.sgdMomentum(MomentumForm.HEAVY_BALL, dw, v, w, hyper, counter));
            return verbs;
        }
    }
}
