package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Vectors give the bits of the plain loops, at every size, and allocate nothing.
class BlockFunctionsBitsTest {
    private static final int[] SIZES = IntStream.concat(IntStream.rangeClosed(0, 70), IntStream.of(511, 512, 513))
            .toArray();
    private static final int LONGEST = 513 + BlockFunctions.SLACK;
    private static final double MARK = 7;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private static final double[] AWKWARD = {
        0,
        Double.MIN_VALUE,
        1e-320,
        Double.MIN_NORMAL,
        1e-300,
        1e-17,
        1e-8,
        0.25,
        0.34657359027997264,
        0.4142135623730951,
        0.5,
        Math.sqrt(0.5),
        0.6931471805599453,
        1,
        Math.sqrt(2),
        2,
        5.5,
        18.7,
        19.99,
        20,
        20.01,
        36.7,
        37.5,
        38.5,
        40,
        88.7,
        103.9,
        300,
        708.3,
        709.78,
        709.79,
        710,
        744.4,
        745.13,
        745.2,
        746,
        747,
        1e10,
        1e300,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NaN
    };

    /// One of the functions; `w` is a third array.
    private interface Block {
        void run(BlockFunctions functions, double[] x, double[] y, double[] w, int n);
    }

    enum Function {
        EXP((f, x, y, w, n) -> f.exp(x, y, n)),
        LOG((f, x, y, w, n) -> f.log(x, y, n)),
        LOG1P((f, x, y, w, n) -> f.log1p(x, y, n)),
        SOFTPLUS_TAIL((f, x, y, w, n) -> f.softplusTail(x, y, n)),
        SOFTPLUS((f, x, y, w, n) -> f.softplus(x, y, n)),
        SIGMOID((f, x, y, w, n) -> f.sigmoid(x, y, n)),
        TANH((f, x, y, w, n) -> f.tanh(x, y, n)),
        ELU((f, x, y, w, n) -> f.elu(x, y, n, 1.5)),
        ELU_SLOPE((f, x, y, w, n) -> f.eluSlope(x, y, n, 1.5)),
        GELU((f, x, y, w, n) -> f.gelu(x, y, n)),
        GELU_SLOPE((f, x, y, w, n) -> f.geluSlope(x, y, w, n)),
        SILU((f, x, y, w, n) -> f.silu(x, y, n)),
        SILU_SLOPE((f, x, y, w, n) -> f.siluSlope(x, y, n));

        private final Block block;

        Function(Block block) {
            this.block = block;
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
    void bitsAreTheSameAtEverySize(Function function) {
        Random random = new Random(5);
        for (int n : SIZES) {
            same(function, random.doubles(LONGEST, -8, 8).toArray(), n);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bitsAreTheSameForAwkwardNumbers(Function function) {
        double[] x = new double[2 * AWKWARD.length + BlockFunctions.SLACK];
        for (int i = 0; i < AWKWARD.length; i++) {
            x[2 * i] = AWKWARD[i];
            x[2 * i + 1] = -AWKWARD[i];
        }
        same(function, x, 2 * AWKWARD.length);
        Random random = new Random(6);
        for (int i = 0; i < 200; i++) {
            same(function, random.doubles(LONGEST, -800, 800).toArray(), 512);
            same(function, random.doubles(LONGEST, -40, 40).toArray(), 512);
            same(
                    function,
                    random.longs(LONGEST).mapToDouble(Double::longBitsToDouble).toArray(),
                    512);
        }
    }

    private static void same(Function function, double[] x, int n) {
        double[] scalar = marked(x.length);
        double[] vector = marked(x.length);
        double[] before = x.clone();
        function.block.run(ScalarFunctions.ALL, x, scalar, new double[x.length], n);
        function.block.run(VectorFunctions.ALL, x, vector, new double[x.length], n);
        assertTrue(Arrays.equals(before, x), "the argument was changed");
        for (int i = 0; i < n; i++) {
            int at = i;
            // All NaN are one: which of two survives an operation is the processor's choice.
            assertEquals(
                    Double.doubleToLongBits(scalar[i]),
                    Double.doubleToLongBits(vector[i]),
                    () -> "%s(%s) of %d is %s, in vectors %s".formatted(function, x[at], n, scalar[at], vector[at]));
        }
        for (int i = n; i < x.length; i++) {
            assertTrue(i < n + BlockFunctions.SLACK || vector[i] == MARK, "overwritten behind the slack");
            assertEquals(MARK, scalar[i]);
        }
    }

    private static double[] marked(int length) {
        double[] array = new double[length];
        Arrays.fill(array, MARK);
        return array;
    }

    @Test
    void numbersGoToAndFromNativeMemoryTheSameWay() {
        Random random = new Random(7);
        try (Arena arena = Arena.ofConfined()) {
            for (int n : SIZES) {
                double[] x = random.longs(n + 3)
                        .mapToDouble(Double::longBitsToDouble)
                        .toArray();
                for (int i = 0; i < x.length; i += 2) {
                    x[i] = (float) random.nextGaussian() * Math.pow(2, random.nextInt(300) - 150);
                }
                MemorySegment scalar = arena.allocate(4L * n + 4);
                MemorySegment vector = arena.allocate(4L * n + 4);
                float[] staging = new float[n];
                ScalarFunctions.ALL.store(x, 3, scalar, 4, n, staging);
                VectorFunctions.ALL.store(x, 3, vector, 4, n, staging);
                assertEquals(-1, scalar.mismatch(vector), () -> n + " numbers");
                double[] back = marked(2 + n + 2 * BlockFunctions.SLACK);
                VectorFunctions.ALL.load(vector, 4, back, 2, n, staging);
                double[] expected = marked(2 + n);
                ScalarFunctions.ALL.load(scalar, 4, expected, 2, n, staging);
                assertTrue(Arrays.equals(expected, Arrays.copyOf(back, 2 + n)), () -> n + " numbers");
                for (int i = 2 + n + BlockFunctions.SLACK; i < back.length; i++) {
                    assertEquals(MARK, back[i], "overwritten behind the slack");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void vectorsAllocateNothing(Function function) {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemoryEnabled(),
                "this Java does not count what a thread allocates");
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] x = new double[LONGEST];
        double[] y = new double[LONGEST];
        double[] w = new double[LONGEST];
        long end = System.nanoTime() + PATIENCE_NANOS;
        long bytes = Long.MAX_VALUE;
        // A vector in memory has more than 16 bytes.
        while (bytes >= 1000) {
            if (System.nanoTime() > end) {
                fail("a thousand calls still allocate " + bytes + " bytes");
            }
            long before = bean.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                function.block.run(VectorFunctions.ALL, x, y, w, 3 + i % 60);
            }
            bytes = bean.getCurrentThreadAllocatedBytes() - before;
        }
    }
}
