package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Place;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The kernels that round and split the factors of products, bit for bit against a definition in float64, and at
/// addresses that allow 16 bytes at a time and at others.
@Tag("cuda")
class CudaFactorsTest {
    /// Around groups of 4 and 8, and beyond what a block, and a batch of a grid of two, takes.
    private static final int[] SIZES = {1, 2, 3, 4, 7, 8, 9, 31, 33, 128, 257, 1000, 20_011};

    /// Halfway cases on both sides of even, zeros of both signs, the smallest normal number and what lies below,
    /// and large ones that the nearest number of 8 or 11 bits still takes.
    private static final double[] SPECIAL = {
        1 + 0x1p-8,
        1 + 0x3p-8,
        -1 - 0x1p-8,
        1 + 0x1p-11,
        1 + 0x3p-11,
        -1 - 0x3p-11,
        0.0,
        -0.0,
        0x1p-126,
        -0x1p-126,
        0x1.fffffcp-127,
        0x1p-130,
        0x1p-149,
        -0x1p-149,
        0x1.5p-133,
        0x1p-136,
        0x1.8p-136,
        3e38,
        -3e38,
        0x1.fdp127
    };

    @Test
    void bf16IsTheNearestNumberOf8BitsAtEveryAddress() {
        for (int n : SIZES) {
            for (int skipped = 0; skipped <= 4; skipped++) {
                double[] numbers = numbers(n);
                double[] found = bf16(numbers, skipped);
                double[] expected =
                        DoubleStream.of(numbers).map(x -> nearest(x, 8, -133)).toArray();
                assertArrayEquals(expected, found, n + " numbers after " + skipped);
            }
        }
    }

    @Test
    void highAndLowPartsAreTheNearestNumbersOf11BitsAtEveryAddress() {
        for (int n : SIZES) {
            for (int skipped = 0; skipped <= 4; skipped++) {
                double[] numbers = numbers(n);
                double[][] found = split(numbers, skipped);
                double[] high =
                        DoubleStream.of(numbers).map(x -> nearest(x, 11, -136)).toArray();
                double[] low = new double[n];
                for (int i = 0; i < n; i++) {
                    low[i] = nearest(numbers[i] - high[i], 11, -136);
                }
                assertArrayEquals(high, found[0], n + " high parts after " + skipped);
                assertArrayEquals(low, found[1], n + " low parts after " + skipped);
            }
        }
    }

    @Test
    void whatIsTooLargeToRoundIsCutOffAndWhatIsNotFiniteStays() {
        double[] numbers = {
            Float.MAX_VALUE, -Float.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN
        };
        double[][] found = split(numbers, 0);
        double cut = 0x1.ffcp127;
        double rest = Float.MAX_VALUE - cut;
        assertArrayEquals(
                new double[] {cut, -cut, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN}, found[0]);
        assertArrayEquals(new double[] {nearest(rest, 11, -136), -nearest(rest, 11, -136), 0, 0, 0}, found[1]);
    }

    /// `x` rounded to so many significant bits, ties to even; where it is small, to a multiple of 2 to the `least`.
    private static double nearest(double x, int bits, int least) {
        double unit = Math.scalb(1.0, Math.max(Math.getExponent(x) - bits + 1, least));
        return Math.rint(x / unit) * unit;
    }

    private static double[] bf16(double[] numbers, int skipped) {
        try (CudaBackend device = (CudaBackend) Place.openCuda(Precision.FP32)) {
            int n = numbers.length;
            Tensor x = behind(device, numbers, skipped);
            Tensor y = device.tensor(1, n);
            run(device, device.engine().launch(), Kernel.ROUND_TO_BF16, x, y);
            double[] words = y.toArray();
            double[] found = new double[n];
            for (int i = 0; i < n; i++) {
                int word = Float.floatToRawIntBits((float) words[i / 2]);
                found[i] = Float.intBitsToFloat(i % 2 == 0 ? word << 16 : word & 0xffff0000);
            }
            assertTrue(DoubleStream.of(words).skip((n + 1) / 2).allMatch(word -> word == 0), "beyond the end of " + n);
            return found;
        }
    }

    private static double[][] split(double[] numbers, int skipped) {
        try (CudaBackend device = (CudaBackend) Place.openCuda(Precision.FP32)) {
            Tensor x = behind(device, numbers, skipped);
            Tensor high = device.tensor(1, numbers.length);
            Tensor low = device.tensor(1, numbers.length);
            run(device, device.engine().launch(), Kernel.SPLIT_TF32, x, high, low);
            return new double[][] {high.toArray(), low.toArray()};
        }
    }

    /// The numbers in memory whose first `skipped` numbers are others.
    private static Tensor behind(Device device, double[] numbers, int skipped) {
        Tensor all = device.tensor(skipped + numbers.length, 1);
        Tensor x = all.rows(skipped, numbers.length);
        x.write(numbers);
        return x;
    }

    private static void run(CudaBackend device, CudaLaunch launch, Kernel kernel, Tensor... tensors) {
        synchronized (device.context()) {
            device.context().enter();
            CudaLaunch begun = launch.of(kernel);
            for (Tensor tensor : tensors) {
                begun.with(tensor);
            }
            begun.size(tensors[0].size()).run(2, 1);
        }
    }

    /// The special ones and then random ones of all sizes, in float32. Numbers that would be halves of a NaN in a word
    /// of two are not among them.
    private static double[] numbers(int n) {
        Random random = new Random(n);
        return IntStream.range(0, n)
                .mapToDouble(i -> i < SPECIAL.length
                        ? SPECIAL[i]
                        : (float) Math.scalb(random.nextDouble() * 2 - 1, random.nextInt(200) - 100))
                .toArray();
    }
}
