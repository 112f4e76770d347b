package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Vectors give the bits of the plain loops, at every shape.
class BlockLoopsBitsTest {
    private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33};
    private static final double[] SPECIAL = {
        0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e-45, 1e-60, 3e38, 1e300
    };

    /// x is rows × inner, y is inner × width, z is rows × width and row is 1 × width; the result is read from z.
    private record Operands(double[] x, double[] y, double[] z, double[] row) {}

    /// One of the loops.
    private interface Use {
        void of(BlockLoops loops, Operands o, int rows, int inner, int width);
    }

    enum Loop {
        ROUND((l, o, rows, inner, width) -> l.round(o.z, rows * width)),
        MULTIPLY_UNLESS_FLAT((l, o, rows, inner, width) -> l.multiplyUnlessFlat(o.row, o.z, width)),
        COLUMN_SUMS((l, o, rows, inner, width) -> l.columnSums(o.y, o.z, inner, width)),
        PRODUCT((l, o, rows, inner, width) -> l.product(o.x, inner, 1, o.y, o.z, rows, inner, width)),
        PRODUCT_FLIPPED((l, o, rows, inner, width) -> l.product(o.x, 1, rows, o.y, o.z, rows, inner, width)),
        LINEAR_ROUNDED((l, o, rows, inner, width) -> l.linearRounded(o.x, o.y, o.row, o.z, rows, inner, width));

        private final Use use;

        Loop(Use use) {
            this.use = use;
        }

        /// How many numbers it writes.
        private int written(int rows, int width) {
            return this == MULTIPLY_UNLESS_FLAT || this == COLUMN_SUMS ? width : rows * width;
        }
    }

    @BeforeAll
    static void onlyWithVectors() {
        assumeTrue(
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
                "this Java was started without the Vector API");
    }

    @ParameterizedTest
    @EnumSource
    void bitsAreTheSameAtEveryShape(Loop loop) {
        for (int rows : SIZES) {
            for (int inner : SIZES) {
                for (int width : SIZES) {
                    Operands scalar = operands(rows, inner, width);
                    Operands vector = operands(rows, inner, width);
                    loop.use.of(ScalarLoops.ALL, scalar, rows, inner, width);
                    loop.use.of(VectorLoops.ALL, vector, rows, inner, width);
                    int n = loop.written(rows, width);
                    assertArrayEquals(
                            Arrays.copyOf(scalar.z, n), Arrays.copyOf(vector.z, n), () -> "%s of %d×%d and %d×%d"
                                    .formatted(loop, rows, inner, inner, width));
                }
            }
        }
    }

    private static Operands operands(int rows, int inner, int width) {
        Random random = new Random(rows * 10_000L + inner * 100L + width);
        return new Operands(
                numbers(random, rows * inner),
                numbers(random, inner * width),
                numbers(random, rows * width),
                numbers(random, width));
    }

    private static double[] numbers(Random random, int count) {
        double[] numbers = new double[count + BlockFunctions.SLACK];
        // The slack may be loaded, and must not reach a result.
        Arrays.fill(numbers, count, numbers.length, Double.NaN);
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextInt(12) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextGaussian();
        }
        return numbers;
    }
}
