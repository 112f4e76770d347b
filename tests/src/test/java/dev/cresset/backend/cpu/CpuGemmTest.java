package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.cresset.backend.Activation;
import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Products with nothing in them, as an empty batch makes them: what they write, and that they take no memory for it.
class CpuGemmTest {
    private static final int WIDTH = 1000;

    /// Less than a tenth of one matrix in float32.
    private static final long MOST_BYTES = 400_000;

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP64"})
    void anEmptyBatchOfAWideLayerTakesNoMemory(Precision precision) {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemoryEnabled(),
                "this Java does not count what a thread allocates");
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (CpuBackend device = CpuBackend.open(precision, 1)) {
            Tensor batch = device.tensor(0, WIDTH);
            Tensor weight = device.tensor(WIDTH, WIDTH);
            Tensor gradient = device.tensor(WIDTH, WIDTH);
            Tensor bias = device.tensor(1, WIDTH);
            Tensor z = device.tensor(0, WIDTH);
            Tensor a = device.tensor(0, WIDTH);
            long before = bean.getCurrentThreadAllocatedBytes();
            device.ops().linear(batch, weight, bias, z);
            device.ops().linearActivation(Activation.TANH, batch, weight, bias, z, a);
            device.ops().gemm(a, Transpose.NO, weight, Transpose.NO, z, 0);
            device.ops().gemm(z, Transpose.YES, batch, Transpose.NO, gradient, 1);
            long taken = bean.getCurrentThreadAllocatedBytes() - before;
            assertTrue(taken < MOST_BYTES, taken + " bytes");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP64"})
    void aLayerWithoutInputsGivesItsBias(Precision precision) {
        double[] numbers = new double[WIDTH];
        Arrays.setAll(numbers, i -> i % 8 / 4.0 - 0.5);
        for (int rows : new int[] {1, 2, 3, 400}) {
            try (CpuBackend device = CpuBackend.open(precision, 2)) {
                Tensor batch = device.tensor(rows, 0);
                Tensor weight = device.tensor(WIDTH, 0);
                Tensor bias = device.tensor(1, WIDTH, numbers);
                Tensor z = device.tensor(rows, WIDTH);
                Tensor a = device.tensor(rows, WIDTH);
                double[] wanted = new double[rows * WIDTH];
                Arrays.setAll(wanted, i -> numbers[i % WIDTH]);
                device.ops().fill(z, Double.NaN);
                device.ops().linear(batch, weight, bias, z);
                assertArrayEquals(wanted, z.toArray());
                device.ops().fill(z, Double.NaN);
                device.ops().linearActivation(Activation.RELU, batch, weight, bias, z, a);
                assertArrayEquals(wanted, z.toArray());
                assertArrayEquals(
                        Arrays.stream(wanted).map(value -> Math.max(0, value)).toArray(), a.toArray());
            }
        }
    }
}
