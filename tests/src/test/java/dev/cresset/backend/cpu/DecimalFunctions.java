package dev.cresset.backend.cpu;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.IntStream;

/// Functions to 60 digits, by series: what others are held against.
final class DecimalFunctions {
    private static final MathContext DIGITS = new MathContext(60);
    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final int HALVINGS = 12;
    private static final int TERMS = 22;
    private static final BigDecimal[] FACTORIALS = IntStream.rangeClosed(0, TERMS)
            .mapToObj(n ->
                    IntStream.rangeClosed(1, n).mapToObj(BigDecimal::valueOf).reduce(ONE, BigDecimal::multiply))
            .toArray(BigDecimal[]::new);

    private DecimalFunctions() {}

    static BigDecimal exp(BigDecimal x) {
        return x.signum() < 0 ? ONE.divide(exp(x.negate()), DIGITS) : expm1(x).add(ONE, DIGITS);
    }

    /// By Taylor's series of x / 2ʰ, until |x| / 2ʰ is small, and (1 + y)² − 1 = y (2 + y).
    static BigDecimal expm1(BigDecimal x) {
        int halvings = HALVINGS + (int) Math.ceil(Math.log(1 + Math.abs(x.doubleValue())) / Math.log(2));
        BigDecimal small = x.divide(TWO.pow(halvings), DIGITS);
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal power = ONE;
        for (int n = 1; n <= TERMS; n++) {
            power = power.multiply(small, DIGITS);
            sum = sum.add(power.divide(FACTORIALS[n], DIGITS), DIGITS);
        }
        for (int i = 0; i < halvings; i++) {
            sum = sum.multiply(sum.add(TWO), DIGITS);
        }
        return sum;
    }

    /// log(1 + y): one step of Newton's method, of third order, from the nearest double.
    static BigDecimal log1p(BigDecimal y) {
        BigDecimal near = new BigDecimal(StrictMath.log1p(y.doubleValue()));
        BigDecimal power = expm1(near);
        BigDecimal off = y.subtract(power).divide(power.add(ONE), DIGITS);
        BigDecimal square = off.multiply(off, DIGITS);
        BigDecimal cube = square.multiply(off, DIGITS);
        return near.add(off)
                .subtract(square.divide(TWO, DIGITS))
                .add(cube.divide(BigDecimal.valueOf(3), DIGITS), DIGITS);
    }

    static BigDecimal log(BigDecimal x) {
        if (x.compareTo(BigDecimal.valueOf(0.5)) > 0 && x.compareTo(TWO) < 0) {
            return log1p(x.subtract(ONE));
        }
        BigDecimal near = new BigDecimal(StrictMath.log(x.doubleValue()));
        BigDecimal rest = x.multiply(exp(near.negate()), DIGITS);
        return near.add(log1p(rest.subtract(ONE)), DIGITS);
    }

    static BigDecimal sigmoid(BigDecimal x) {
        return ONE.divide(ONE.add(exp(x.negate())), DIGITS);
    }

    static BigDecimal tanh(BigDecimal x) {
        BigDecimal e = expm1(x.multiply(TWO));
        return e.divide(e.add(TWO), DIGITS);
    }

    static BigDecimal softplusTail(BigDecimal x) {
        return log1p(exp(x.abs().negate()));
    }

    /// The error of `found` in units of the last place of `expected`.
    static double units(double found, BigDecimal expected) {
        double ulp = Math.ulp(expected.doubleValue());
        return new BigDecimal(found)
                .subtract(expected)
                .abs()
                .divide(new BigDecimal(ulp), DIGITS)
                .doubleValue();
    }
}
