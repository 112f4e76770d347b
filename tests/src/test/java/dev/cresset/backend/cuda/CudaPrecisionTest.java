package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.DeviceCheck;
import dev.cresset.verify.Place;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("cuda")
class CudaPrecisionTest {
    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyVerbAgreesWithTheReference(Precision precision) {
        try (Device device = Place.openCuda(precision)) {
            for (DeviceCheck.Result result : DeviceCheck.run(device)) {
                assertTrue(result.passes(), result.toString());
            }
        }
    }

    @Test
    void tf32RoundsTheFactorsAndFp32DoesNot() {
        // Large enough that no library falls back to float32 for its size.
        int size = 512;
        double fp32 = error(Precision.FP32, size);
        double tf32 = error(Precision.TF32, size);
        assertTrue(fp32 <= size * Precision.FP32.roundoff(), "strict float32 is off by " + fp32);
        assertTrue(tf32 > 0x1p-16, "TF32 is off by " + tf32 + " only: the factors were not rounded");
        assertTrue(tf32 <= 2 * Precision.TF32.productRoundoff(), "TF32 is off by " + tf32);
    }

    @Test
    void whatIsStoredInTf32IsFloat32() {
        try (Device device = Place.openCuda(Precision.TF32)) {
            assertEquals((float) 0.1, device.tensor(1, 1, new double[] {0.1}).item());
        }
    }

    /// Largest relative error of a product of positive numbers.
    private static double error(Precision precision, int size) {
        double[] numbers = new Random(3)
                .doubles((long) size * size, 0.5, 1)
                .map(v -> (float) v)
                .toArray();
        try (Device device = Place.openCuda(precision)) {
            Tensor a = device.tensor(size, size, numbers);
            Tensor c = device.tensor(size, size);
            device.ops().gemm(a, Transpose.NO, a, Transpose.YES, c, 0);
            return IntStream.range(0, size)
                    .mapToDouble(j -> {
                        double sum = 0;
                        for (int k = 0; k < size; k++) {
                            sum += numbers[k] * numbers[j * size + k];
                        }
                        return Math.abs(c.get(0, j) - sum) / sum;
                    })
                    .max()
                    .orElseThrow();
        }
    }
}
