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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A step of training, once compiled, allocates nothing that grows with the data.
class CpuSteadyStateTest {
    private static final int STEPS = 1000;

    /// Less than one row of the activations in float64 for each verb. Alone in its Java the step allocates nothing; in
    /// one that has compiled the same code for other tests, a few small objects (seen: 240 bytes) escape the compiler.
    private static final double BYTES_PER_STEP = 512;

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    @ParameterizedTest
    @CsvSource({"FP32, 8, 1", "FP64, 8, 1", "FP32, 600, 2"})
    void aStepAllocatesNothingOfTheSizeOfItsData(Precision precision, int rows, int threads) {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemoryEnabled(),
                "this Java does not count what a thread allocates");
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (CpuBackend device = CpuBackend.open(precision, 1);
                CpuWorkers workers = new CpuWorkers(threads)) {
            CpuBlocks blocks = CpuSimd.blocks(precision);
            CpuOps ops = new CpuOps(precision, CpuProducts.of(precision), blocks, new CpuCalls(workers, blocks));
            Step step = new Step(device, ops, rows);
            long end = System.nanoTime() + PATIENCE_NANOS;
            double bytes = Double.MAX_VALUE;
            while (bytes > BYTES_PER_STEP) {
                if (System.nanoTime() > end) {
                    fail("a step of nine verbs still allocates " + bytes + " bytes");
                }
                long before = bean.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < STEPS; i++) {
                    step.run();
                }
                bytes = (bean.getCurrentThreadAllocatedBytes() - before) / (double) STEPS;
            }
        }
    }

    private static final class Step {
        private static final int IN = 20;
        private static final int OUT = 40;
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
        private final CrossEntropy spec = new CrossEntropy(Targets.CLASS_INDICES, 0, Reduction.MEAN);

        private Step(CpuBackend device, Ops ops, int rows) {
            this.ops = ops;
            x = device.tensor(rows, IN);
            w = device.tensor(OUT, IN);
            v = device.tensor(OUT, IN);
            dw = device.tensor(OUT, IN);
            row = device.tensor(1, OUT);
            mean = device.tensor(1, OUT);
            variance = device.tensor(1, OUT);
            z = device.tensor(rows, OUT);
            a = device.tensor(rows, OUT);
            dz = device.tensor(rows, OUT);
            target = device.tensor(rows, 1);
            loss = device.tensor(1, 1);
            hyper = device.tensor(1, 4, new double[] {0.01, 0.9, 0, 0});
            counter = device.counter();
            ops.fill(row, 1);
        }

        private void run() {
            ops.linear(x, w, row, z);
            ops.columnMoments(z, mean, variance);
            ops.batchNorm(z, mean, variance, row, row, a, dz, 1e-5);
            ops.activate(Activation.SIGMOID, z, a);
            ops.softmaxCrossEntropy(spec, a, target, row, z, loss, dz);
            ops.activateGradient(Activation.SIGMOID, z, a, dz, dz);
            ops.batchNormGradient(Statistics.BATCH, a, variance, row, dz, z, mean, variance, 1e-5);
            ops.gemm(dz, Transpose.YES, x, Transpose.NO, dw, 0);
            ops.sgdMomentum(MomentumForm.HEAVY_BALL, dw, v, w, hyper, counter);
        }
    }
}
