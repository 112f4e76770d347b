package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.backend.Transpose;
import dev.cresset.standin.Standin;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Place;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Products of matrices in every precision, against float64 and, where that is exact, bit for bit.
@Tag("cuda")
class CudaProductsTest {
    private static final int[][] SHAPES = {
        {1, 1, 1}, {1, 2, 3}, {3, 1, 2}, {31, 33, 2}, {33, 257, 31}, {128, 31, 33}, {2, 1000, 3}, {65, 3, 128}
    };

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyPairOfTransposesAndAwkwardShapesAgreeWithFloat64(Precision precision) {
        try (Device device = Place.openCuda(precision)) {
            for (int[] shape : SHAPES) {
                for (Transpose a : Transpose.values()) {
                    for (Transpose b : Transpose.values()) {
                        requireRight(device, shape, a, b);
                    }
                }
            }
        }
    }

    /// One of k terms errs by its two factors, and the sum of k+1 terms by as many roundoffs of their magnitudes.
    private static void requireRight(Device device, int[] shape, Transpose transposeA, Transpose transposeB) {
        int m = shape[0];
        int k = shape[1];
        int n = shape[2];
        Random random = new Random(m + 31L * k + 997L * n);
        Tensor a = matrix(device, m, k, transposeA, random);
        Tensor b = matrix(device, k, n, transposeB, random);
        Tensor c = matrix(device, m, n, Transpose.NO, random);
        double[] before = c.toArray();
        device.ops().gemm(a, transposeA, b, transposeB, c, 0.5);
        double[] after = c.toArray();
        double[] as = a.toArray();
        double[] bs = b.toArray();
        Precision precision = device.precision();
        // Three sums rather than one in the split products.
        int roundings = 3 * (k + 2);
        double tolerance = 2 * precision.productRoundoff() + roundings * precision.roundoff();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0.5 * before[i * n + j];
                double magnitude = Math.abs(sum);
                for (int p = 0; p < k; p++) {
                    double term = as[transposeA == Transpose.NO ? i * k + p : p * m + i]
                            * bs[transposeB == Transpose.NO ? p * n + j : j * k + p];
                    sum += term;
                    magnitude += Math.abs(term);
                }
                assertEquals(sum, after[i * n + j], tolerance * magnitude, precision + " at " + i + ", " + j);
            }
        }
    }

    private static Tensor matrix(Device device, int rows, int columns, Transpose transpose, Random random) {
        double[] numbers = random.doubles((long) rows * columns, -1, 1).toArray();
        return transpose == Transpose.NO
                ? device.tensor(rows, columns, numbers)
                : device.tensor(columns, rows, numbers);
    }

    /// The stand-in adds both in the same order; a GPU's matrix units do not.
    @Test
    @Tag("standin")
    void aBf16ProductIsTheFloat32ProductOfTheRoundedFactorsBitForBit() {
        double[] a = new Random(7).doubles(33 * 257, -1, 1).toArray();
        double[] b = new Random(8).doubles(31 * 257, -1, 1).toArray();
        double[] found = product(Precision.BF16, a, b, 33, 257, 31);
        assertArrayEquals(product(Precision.FP32, rounded(a), rounded(b), 33, 257, 31), found);
    }

    private static double[] rounded(double[] numbers) {
        return DoubleStream.of(numbers)
                .map(x -> {
                    double unit = Math.scalb(1.0, Math.getExponent((float) x) - 7);
                    return Math.rint((float) x / unit) * unit;
                })
                .toArray();
    }

    @Test
    void sumsOf8192SplitProductsAreAtMostTwiceAsFarOffAsThoseOfFloat32() {
        int k = 8192;
        int m = 24;
        double[] a = floats(new Random(9).doubles((long) m * k, -1, 1));
        double[] b = floats(new Random(10).doubles((long) m * k, -1, 1));
        double[] strict = product(Precision.FP32, a, b, m, k, m);
        double[] split = product(Precision.FP32_3XTF32, a, b, m, k, m);
        double errorOfStrict = 0;
        double errorOfSplit = 0;
        for (int i = 0; i < m * m; i++) {
            double sum = 0;
            for (int p = 0; p < k; p++) {
                sum += a[i / m * k + p] * b[i % m * k + p];
            }
            errorOfStrict += (strict[i] - sum) * (strict[i] - sum);
            errorOfSplit += (split[i] - sum) * (split[i] - sum);
        }
        assertTrue(
                errorOfSplit <= 4 * errorOfStrict,
                Math.sqrt(errorOfSplit) / m + " beside strict " + Math.sqrt(errorOfStrict) / m);
    }

    private static double[] floats(DoubleStream numbers) {
        return numbers.map(x -> (float) x).toArray();
    }

    /// a (m, k) times b (n, k) transposed.
    private static double[] product(Precision precision, double[] a, double[] b, int m, int k, int n) {
        try (Device device = Place.openCuda(precision)) {
            Tensor c = device.tensor(m, n);
            device.ops().gemm(device.tensor(m, k, a), Transpose.NO, device.tensor(n, k, b), Transpose.YES, c, 0);
            return c.toArray();
        }
    }

    /// What an infinite factor gives is in the precision's Javadoc.
    @ParameterizedTest
    @EnumSource(Precision.class)
    void whatIsNotFiniteIsNeverLost(Precision precision) {
        double infinite = Double.POSITIVE_INFINITY;
        double kept = precision == Precision.FP32_3XTF32 ? Double.NaN : infinite;
        double[] factors = {infinite, -infinite, Double.NaN, 2};
        assertArrayEquals(
                new double[] {kept, -kept, Double.NaN, 4}, product(precision, factors, new double[] {2}, 4, 1, 1));
        assertArrayEquals(
                new double[] {Double.NaN, Double.NaN, Double.NaN, 0},
                product(precision, factors, new double[] {0}, 4, 1, 1));
    }

    /// Rows from the second on are no multiple of 16 bytes away from the first.
    @ParameterizedTest
    @EnumSource(Precision.class)
    void aFactorInTheMiddleOfAMatrixGivesTheSameBits(Precision precision) {
        double[] numbers = new Random(11).doubles(34 * 31, -1, 1).toArray();
        try (Device device = Place.openCuda(precision)) {
            Tensor all = device.tensor(34, 31, numbers);
            Tensor own = device.tensor(33, 31, Arrays.copyOfRange(numbers, 31, numbers.length));
            Tensor first = device.tensor(33, 33);
            Tensor second = device.tensor(33, 33);
            device.ops().gemm(all.rows(1, 33), Transpose.NO, own, Transpose.YES, first, 0);
            device.ops().gemm(own, Transpose.NO, all.rows(1, 33), Transpose.YES, second, 0);
            Tensor expected = device.tensor(33, 33);
            device.ops().gemm(own, Transpose.NO, own, Transpose.YES, expected, 0);
            assertArrayEquals(expected.toArray(), first.toArray());
            assertArrayEquals(expected.toArray(), second.toArray());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "FP32_3XTF32"})
    @Tag("standin")
    void scratchMemoryIsTakenOnceAndGivenBackWithTheDevice(Precision precision) {
        long before = Standin.live("allocations");
        try (Device device = Place.openCuda(precision)) {
            Tensor a = device.tensor(200, 300);
            Tensor c = device.tensor(200, 200);
            Runnable product = () -> device.ops().gemm(a, Transpose.NO, a, Transpose.YES, c, 0);
            assertTrue(assertThrows(IllegalStateException.class, () -> device.record(product))
                    .getMessage()
                    .contains("run the work once before"));
            Standin.reset();
            product.run();
            assertEquals(1, Standin.calls("cuMemAlloc_v2"));
            product.run();
            try (Recording recording = device.record(product)) {
                recording.replay();
            }
            assertEquals(1, Standin.calls("cuMemAlloc_v2"), "the memory is there from the first product on");
            assertEquals(precision == Precision.BF16 ? 3 : 0, Standin.calls("cublasGemmEx"));
            assertEquals(precision == Precision.BF16 ? 0 : 9, Standin.calls("cublasSgemm_v2"));
        } finally {
            Standin.reset();
        }
        assertEquals(before, Standin.live("allocations"));
    }
}
