package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.tensor.RandomStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The bounds and moments of the first numbers of a Linear, and the order in which they are drawn.
class InitializersTest {
    private static final int INPUTS = 120;
    private static final int OUTPUTS = 80;

    /// Means and variances of 9600 draws lie within six of their standard errors: 6 / √9600 of the deviation,
    /// and for a variance √2 times that of itself.
    private static final double SIX_SIGMA = 6 / Math.sqrt(INPUTS * OUTPUTS);

    @Test
    void zerosAndConstantsAreWhatTheySay() {
        assertTrue(Arrays.stream(drawn(Initializer.constant(0))).allMatch(v -> v == 0));
        assertTrue(Arrays.stream(drawn(Initializer.constant(-2.5))).allMatch(v -> v == -2.5));
        try (Linear linear = new Linear(3, 2, Initialization.zeros(), 1)) {
            assertArrayEquals(new double[6], linear.weight().value().toArray());
            assertArrayEquals(new double[2], linear.bias().value().toArray());
        }
    }

    @Test
    void uniformStaysWithinItsBoundsAndFillsThem() {
        isUniform(drawn(Initializer.uniform(-3, 5)), -3, 5);
    }

    @Test
    void glorotUsesBothSizes() {
        double bound = Math.sqrt(6.0 / (INPUTS + OUTPUTS));
        isUniform(drawn(Initializer.glorotUniform()), -bound, bound);
    }

    @Test
    void heUsesTheInputs() {
        double bound = Math.sqrt(6.0 / INPUTS);
        isUniform(drawn(Initializer.heUniform()), -bound, bound);
        isNormal(drawn(Initializer.heNormal()), Math.sqrt(2.0 / INPUTS));
    }

    @Test
    void normalHasItsDeviation() {
        isNormal(drawn(Initializer.normal(0.01)), 0.01);
    }

    @Test
    void aLinearStartsAsInPyTorchUnlessToldOtherwise() {
        double bound = 1 / Math.sqrt(INPUTS);
        try (Linear linear = new Linear(INPUTS, OUTPUTS, 3)) {
            isUniform(linear.weight().value().toArray(), -bound, bound);
            double[] bias = linear.bias().value().toArray();
            assertTrue(Arrays.stream(bias).allMatch(v -> Math.abs(v) <= bound));
            assertTrue(Arrays.stream(bias).distinct().count() > 1);
        }
    }

    @Test
    void glorotHeAndNormalStartWithBiasesOfZero() {
        for (Initialization each :
                new Initialization[] {Initialization.glorot(), Initialization.he(), Initialization.normal(0.01)}) {
            try (Linear linear = new Linear(3, 2, each, 1)) {
                assertArrayEquals(new double[2], linear.bias().value().toArray());
                assertTrue(Arrays.stream(linear.weight().value().toArray()).allMatch(v -> v != 0));
            }
        }
    }

    @Test
    void theWeightIsDrawnFirstRowAfterRowAndThenTheBias() {
        RandomStream random = new RandomStream(42, 0);
        double[] weight = new double[6];
        double[] bias = new double[2];
        double bound = 1 / Math.sqrt(3);
        for (int i = 0; i < weight.length; i++) {
            weight[i] = -bound + 2 * bound * random.nextDouble();
        }
        for (int i = 0; i < bias.length; i++) {
            bias[i] = -bound + 2 * bound * random.nextDouble();
        }
        try (Linear linear = new Linear(3, 2, 42)) {
            assertArrayEquals(weight, linear.weight().value().toArray());
            assertArrayEquals(bias, linear.bias().value().toArray());
        }
    }

    private static double[] drawn(Initializer initializer) {
        double[] numbers = new double[INPUTS * OUTPUTS];
        Arrays.fill(numbers, Double.NaN);
        initializer.fill(numbers, INPUTS, OUTPUTS, new RandomStream(1, 0));
        return numbers;
    }

    private static void isUniform(double[] numbers, double low, double high) {
        assertTrue(Arrays.stream(numbers).allMatch(v -> v >= low && v < high));
        hasMoments(numbers, (low + high) / 2, (high - low) / Math.sqrt(12));
        // The chance that 9600 draws leave a hundredth at an end empty is e⁻⁹⁶.
        assertTrue(Arrays.stream(numbers).min().orElseThrow() < low + (high - low) / 100);
        assertTrue(Arrays.stream(numbers).max().orElseThrow() > high - (high - low) / 100);
    }

    private static void isNormal(double[] numbers, double sigma) {
        hasMoments(numbers, 0, sigma);
        // 4.55 % of a normal distribution lies beyond two deviations.
        double beyond = (double) Arrays.stream(numbers)
                        .filter(v -> Math.abs(v) > 2 * sigma)
                        .count()
                / numbers.length;
        assertEquals(0.0455, beyond, SIX_SIGMA * 0.21);
    }

    private static void hasMoments(double[] numbers, double mean, double sigma) {
        double found = Arrays.stream(numbers).average().orElseThrow();
        assertEquals(mean, found, SIX_SIGMA * sigma);
        double variance = Arrays.stream(numbers)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow();
        assertEquals(1, variance / (sigma * sigma), SIX_SIGMA * Math.sqrt(2));
    }
}
