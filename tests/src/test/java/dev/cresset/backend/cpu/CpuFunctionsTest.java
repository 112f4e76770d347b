package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Our own elementary functions: near Java's, which are within one or two units in the last place, and the same bits in
/// vectors.
class CpuFunctionsTest {
    private static final double[] AWKWARD = {
        0.0,
        -0.0,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        1e-300,
        -1e-17,
        1e-8,
        -1e-8,
        0.34657359027997264,
        -0.34657359027997264,
        0.5,
        -0.5,
        1,
        -1,
        5.5,
        -5.5,
        19.99,
        20,
        20.01,
        -37.5,
        -38.4,
        300,
        -300,
        709.78,
        709.79,
        -708.3,
        -710,
        -744.4,
        -745.2,
        -746,
        -747,
        1e300,
        -1e300,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN
    };

    /// Java's own functions may be off by one unit, two and a half for tanh, ours by two or four.
    private static final double UNITS = 3;

    private static final double UNITS_OF_TANH = 6.5;

    @Test
    void theyAreNearJavas() {
        near(PlainFunctions::exp, Math::exp, -745, 709.7, UNITS);
        near(PlainFunctions::expm1, Math::expm1, -39, 39, UNITS);
        near(PlainFunctions::expm1, Math::expm1, -1e-6, 1e-6, UNITS);
        near(PlainFunctions::tanh, Math::tanh, -25, 25, UNITS_OF_TANH);
        near(PlainFunctions::tanh, Math::tanh, -1e-3, 1e-3, UNITS_OF_TANH);
        near(PlainFunctions::log1p, Math::log1p, 0, 1, UNITS);
        near(PlainFunctions::log1p, Math::log1p, 0, 1e-9, UNITS);
    }

    private static void near(
            DoubleUnaryOperator ours, DoubleUnaryOperator javas, double from, double to, double units) {
        for (int i = 0; i <= 200_000; i++) {
            double x = from + (to - from) * i / 200_000;
            double expected = javas.applyAsDouble(x);
            double found = ours.applyAsDouble(x);
            assertTrue(
                    Math.abs(found - expected) <= units * Math.ulp(expected),
                    () -> x + " gives " + found + ", expected " + expected);
        }
    }

    @Test
    void theirEndsAreExact() {
        assertEquals(0.0, PlainFunctions.exp(Double.NEGATIVE_INFINITY));
        assertEquals(Double.POSITIVE_INFINITY, PlainFunctions.exp(Double.POSITIVE_INFINITY));
        assertEquals(1.0, PlainFunctions.exp(0));
        assertEquals(Double.NaN, PlainFunctions.exp(Double.NaN));
        assertEquals(-0.0, PlainFunctions.tanh(-0.0));
        assertEquals(Double.MIN_VALUE, PlainFunctions.tanh(Double.MIN_VALUE));
        assertEquals(1.0, PlainFunctions.tanh(Double.POSITIVE_INFINITY));
        assertEquals(-1.0, PlainFunctions.tanh(Double.NEGATIVE_INFINITY));
        assertEquals(Double.NaN, PlainFunctions.tanh(Double.NaN));
        assertEquals(0.0, PlainFunctions.log1p(0));
        assertEquals(Double.MIN_VALUE, PlainFunctions.log1p(Double.MIN_VALUE));
        assertEquals(0.0, PlainFunctions.sigmoid(Double.NEGATIVE_INFINITY));
        assertEquals(1.0, PlainFunctions.sigmoid(Double.POSITIVE_INFINITY));
    }

    static Stream<Activation> activations() {
        return Stream.of(
                Activation.IDENTITY,
                Activation.SIGMOID,
                Activation.TANH,
                Activation.RELU,
                Activation.leakyRelu(0.01),
                Activation.elu(1.5),
                Activation.GELU,
                Activation.SILU,
                Activation.SOFTPLUS);
    }

    @ParameterizedTest
    @MethodSource("activations")
    void vectorsGiveTheSameBits(Activation f) {
        for (double[] numbers : samples()) {
            same(numbers, (functions, x) -> functions.value(f, x, numbers.length));
            same(numbers, (functions, x) -> functions.slope(f, x, numbers.length));
        }
    }

    @Test
    void vectorsOfExponentialsGiveTheSameBits() {
        for (double[] numbers : samples()) {
            same(numbers, (functions, x) -> functions.exp(x, numbers.length));
            double[] negative = Arrays.stream(numbers).map(x -> -Math.abs(x)).toArray();
            same(negative, (functions, x) -> functions.softplusOfNegative(x, negative.length));
        }
    }

    private interface Use {
        void of(CpuFunctions functions, double[] x);
    }

    private static void same(double[] numbers, Use use) {
        double[] plain = Arrays.copyOf(numbers, numbers.length + CpuFunctions.SLACK);
        double[] vectors = plain.clone();
        use.of(PlainFunctions.ALL, plain);
        use.of(VectorFunctions.ALL, vectors);
        for (int i = 0; i < numbers.length; i++) {
            int at = i;
            assertEquals(bits(plain[i]), bits(vectors[i]), () -> numbers[at] + ": " + plain[at] + ", " + vectors[at]);
        }
    }

    /// All NaN are one: which of two survives an operation is the processor's choice.
    private static long bits(double x) {
        return Double.doubleToLongBits(x);
    }

    private static List<double[]> samples() {
        Random random = new Random(5);
        List<double[]> samples = new ArrayList<>();
        samples.add(AWKWARD);
        for (int n = 0; n < 35; n++) {
            samples.add(random.doubles(n, -8, 8).toArray());
        }
        samples.add(random.doubles(1000, -800, 800).toArray());
        samples.add(random.doubles(5000, -40, 40).toArray());
        samples.add(random.longs(5000).mapToDouble(Double::longBitsToDouble).toArray());
        return samples;
    }

    @Test
    void numbersBeforeAndFarBehindAreLeftAlone() {
        double[] x = new double[3 + CpuFunctions.SLACK + 5];
        Arrays.fill(x, 7);
        VectorFunctions.ALL.exp(x, 3);
        double[] behind = Arrays.copyOfRange(x, 3 + CpuFunctions.SLACK, x.length);
        double[] sevens = new double[5];
        Arrays.fill(sevens, 7);
        assertArrayEquals(sevens, behind);
    }
}
