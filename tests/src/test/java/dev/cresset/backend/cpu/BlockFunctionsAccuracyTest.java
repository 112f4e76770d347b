package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Our own elementary functions against 60 digits. [BlockFunctionsBitsTest] holds the vectors to the same numbers.
class BlockFunctionsAccuracyTest {
    private static final int POINTS = 4000;

    /// Units of the last place, a tenth or more above what was seen.
    private static final double OF_EXP = 1;

    private static final double OF_EXPM1 = 2;
    private static final double OF_SIGMOID = 2;
    private static final double OF_TANH = 2.5;
    private static final double OF_LOG = 1;
    private static final double OF_TAIL = 2;

    @Test
    void exponential() {
        holds(ScalarExponential::exp, DecimalFunctions::exp, -708, 709.7, OF_EXP);
        holds(ScalarExponential::exp, DecimalFunctions::exp, -2, 2, OF_EXP);
        holds(ScalarExponential::exp, DecimalFunctions::exp, -1e-9, 1e-9, OF_EXP);
        // Results are subnormal: half of the smallest number more at most.
        holds(ScalarExponential::exp, DecimalFunctions::exp, -745.13, -708, OF_EXP);
    }

    @Test
    void exponentialMinusOne() {
        holds(ScalarExponential::expm1, DecimalFunctions::expm1, -45, 44, OF_EXPM1);
        holds(ScalarExponential::expm1, DecimalFunctions::expm1, -1.5, 1.5, OF_EXPM1);
        holds(ScalarExponential::expm1, DecimalFunctions::expm1, -1e-9, 1e-9, OF_EXPM1);
    }

    @Test
    void sigmoid() {
        holds(ScalarExponential::sigmoid, DecimalFunctions::sigmoid, -700, 40, OF_SIGMOID);
        holds(ScalarExponential::sigmoid, DecimalFunctions::sigmoid, -3, 3, OF_SIGMOID);
    }

    @Test
    void hyperbolicTangent() {
        holds(ScalarExponential::tanh, DecimalFunctions::tanh, -21, 21, OF_TANH);
        holds(ScalarExponential::tanh, DecimalFunctions::tanh, -0.5, 0.5, OF_TANH);
        holds(ScalarExponential::tanh, DecimalFunctions::tanh, -1e-9, 1e-9, OF_TANH);
    }

    @Test
    void logarithms() {
        holds(ScalarLogarithm::log, DecimalFunctions::log, 0.5, 2, OF_LOG);
        holds(ScalarLogarithm::log, DecimalFunctions::log, 0, 1e-3, OF_LOG);
        holds(ScalarLogarithm::log, DecimalFunctions::log, 0, 1e300, OF_LOG);
        holds(ScalarLogarithm::log, DecimalFunctions::log, 0, 1e-310, OF_LOG);
        holds(ScalarLogarithm::log1p, DecimalFunctions::log1p, -1, 1, OF_LOG);
        holds(ScalarLogarithm::log1p, DecimalFunctions::log1p, -1e-9, 1e-9, OF_LOG);
        holds(ScalarLogarithm::log1p, DecimalFunctions::log1p, 0, 1e10, OF_LOG);
        holds(ScalarLogarithm::softplusTail, DecimalFunctions::softplusTail, -40, 40, OF_TAIL);
        holds(ScalarLogarithm::softplusTail, DecimalFunctions::softplusTail, -1, 1, OF_TAIL);
    }

    /// At random points.
    private static void holds(
            DoubleUnaryOperator f, UnaryOperator<BigDecimal> exact, double from, double to, double units) {
        Random random = new Random(11);
        double worst = 0;
        double where = Double.NaN;
        for (int i = 0; i < POINTS; i++) {
            double x = from + (to - from) * random.nextDouble();
            double off = DecimalFunctions.units(f.applyAsDouble(x), exact.apply(new BigDecimal(x)));
            if (!(off <= worst)) {
                worst = off;
                where = x;
            }
        }
        assertTrue(worst <= units, "off by " + worst + " units at " + where);
    }

    @Test
    void theirEndsAreExact() {
        same(ScalarExponential::exp, Double.NEGATIVE_INFINITY, 0, -746, 0, -1e300, 0, 0, 1, -0.0, 1);
        same(ScalarExponential::exp, 710, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        same(ScalarExponential::exp, -745.13, Double.MIN_VALUE, Double.NaN, Double.NaN);
        same(ScalarExponential::expm1, Double.NEGATIVE_INFINITY, -1, 0, 0, Double.MIN_VALUE, Double.MIN_VALUE);
        same(ScalarExponential::expm1, Double.NaN, Double.NaN, -1e300, -1);
        same(ScalarExponential::tanh, -0.0, -0.0, 0, 0, Double.MIN_VALUE, Double.MIN_VALUE, 1e-300, 1e-300);
        same(ScalarExponential::tanh, Double.NEGATIVE_INFINITY, -1, Double.POSITIVE_INFINITY, 1, 20, 1, -300, -1);
        same(ScalarExponential::tanh, Double.NaN, Double.NaN);
        same(ScalarExponential::sigmoid, Double.NEGATIVE_INFINITY, 0, Double.POSITIVE_INFINITY, 1, 0, 0.5, -800, 0);
        same(ScalarExponential::sigmoid, 1e300, 1, Double.NaN, Double.NaN);
        same(ScalarLogarithm::log, 0, Double.NEGATIVE_INFINITY, -0.0, Double.NEGATIVE_INFINITY, 1, 0, -1, Double.NaN);
        same(ScalarLogarithm::log, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN, Double.NaN);
        same(ScalarLogarithm::log, Double.MIN_VALUE, StrictMath.log(Double.MIN_VALUE));
        same(ScalarLogarithm::log1p, -1, Double.NEGATIVE_INFINITY, 0, 0, -2, Double.NaN, Double.NaN, Double.NaN);
        same(ScalarLogarithm::log1p, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        same(ScalarLogarithm::log1p, Double.MIN_VALUE, Double.MIN_VALUE, -1e-300, -1e-300);
        same(ScalarLogarithm::softplusTail, Double.NEGATIVE_INFINITY, 0, Double.POSITIVE_INFINITY, 0);
        same(ScalarLogarithm::softplusTail, 0, StrictMath.log(2), Double.NaN, Double.NaN);
    }

    /// @param pairs arguments and values
    private static void same(DoubleUnaryOperator f, double... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            assertEquals(pairs[i + 1], f.applyAsDouble(pairs[i]), "at " + pairs[i]);
        }
    }
}
