package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.backend.Transpose;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.DeviceCheck;
import dev.cresset.verify.Place;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({"FP32, 0", "TF32, 0", "BF16, 0", "FP32_3XTF32, 1", "FP64, 4"})
    void stepsAreDoneInEveryWayOrItIsSaidWhyNot(Precision precision, int refused) {
        try (Device device = Place.openCuda(precision)) {
            List<String> reasons = DeviceCheck.refusals(device);
            assertEquals(refused, reasons.size(), reasons.toString());
            for (String reason : reasons) {
                assertTrue(reason.endsWith("found " + precision + "."), reason);
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
    void bf16RoundsTheFactorsTo8Bits() {
        double error = error(Precision.BF16, 512);
        assertTrue(error > 0x1p-13, "BF16 is off by " + error + " only: the factors were not rounded");
        assertTrue(error <= 2 * Precision.BF16.productRoundoff(), "BF16 is off by " + error);
    }

    @Test
    void splitProductsAreNearlyAsGoodAsFloat32() {
        double fp32 = error(Precision.FP32, 1024);
        double split = error(Precision.FP32_3XTF32, 1024);
        assertTrue(split <= 2 * fp32 + Precision.FP32_3XTF32.productRoundoff(), split + " beside " + fp32);
        assertTrue(split <= 1024 * Precision.FP32.roundoff(), "3xTF32 is off by " + split);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void whatIsStoredIsFloat32OrFloat64(Precision precision) {
        try (Device device = Place.openCuda(precision)) {
            double stored = device.tensor(1, 1, new double[] {0.1}).item();
            assertEquals(precision == Precision.FP64 ? 0.1 : (double) (float) 0.1, stored);
        }
    }

    /// One term a sum, so that nothing but the factors is rounded.
    @Test
    void bf16FactorsAreRoundedToTheNearestEvenBitForBit() {
        double[] numbers = {
            1 + 0x1p-8, 1 + 0x1p-8 + 0x1p-20, 1 + 0x3p-8, -1 - 0x1p-9, 0x1p-130, 0.0, 3.3e38, Double.POSITIVE_INFINITY
        };
        double[] rounded = {1, 1 + 0x1p-7, 1 + 0x1p-6, -1, 0x1p-130, 0.0, 3.3e38, Double.POSITIVE_INFINITY};
        // 3.3e38 lies between two of 8 bits.
        rounded[6] = 0x1.fp127;
        assertArrayEquals(rounded, timesOne(Precision.BF16, numbers));
        assertArrayEquals(new double[] {Double.NaN}, timesOne(Precision.BF16, Double.NaN));
        assertArrayEquals(
                new double[] {Double.POSITIVE_INFINITY}, timesOne(Precision.BF16, Math.nextDown(Float.MAX_VALUE)));
    }

    /// 22 bits of each number survive, and large ones stay finite.
    @Test
    void splitFactorsKeepTwiceElevenBits() {
        double[] numbers = {1 + 0x1p-21, 1 + 0x1p-11 + 0x1p-21, -0.1f, 3.4e38f, 0.0, 0x1p-140, 12345678};
        double[] found = timesOne(Precision.FP32_3XTF32, numbers);
        for (int i = 0; i < numbers.length; i++) {
            // What is below 2⁻¹³⁶ is no number of 11 bits.
            double tolerance = Math.max(0x1p-136, Math.abs(numbers[i]) * 0x1p-21);
            assertEquals(numbers[i], found[i], tolerance, "number " + i);
        }
        assertArrayEquals(new double[] {Double.NaN}, timesOne(Precision.FP32_3XTF32, Double.NaN));
        assertFalse(Double.isFinite(timesOne(Precision.FP32_3XTF32, Double.NEGATIVE_INFINITY)[0]));
    }

    private static double[] timesOne(Precision precision, double... numbers) {
        try (Device device = Place.openCuda(precision)) {
            Tensor a = device.tensor(numbers.length, 1, numbers);
            Tensor one = device.tensor(1, 1, new double[] {1});
            Tensor c = device.tensor(numbers.length, 1);
            device.ops().gemm(a, Transpose.NO, one, Transpose.NO, c, 0);
            return c.toArray();
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aRecordedProductIsTheSameProductAndAllocatesNothing(Precision precision) {
        try (Device device = Place.openCuda(precision)) {
            double[] numbers = new Random(5).doubles(33 * 31, -1, 1).toArray();
            Tensor a = device.tensor(33, 31, numbers);
            Tensor b = device.tensor(31, 33, numbers);
            Tensor c = device.tensor(33, 33, new double[33 * 33]);
            Runnable product = () -> device.ops().gemm(a, Transpose.NO, b, Transpose.NO, c, 0.5);
            product.run();
            product.run();
            double[] twice = c.toArray();
            c.write(new double[33 * 33]);
            try (Recording recording = device.record(product)) {
                recording.replay();
                recording.replay();
            }
            assertArrayEquals(twice, c.toArray());
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
