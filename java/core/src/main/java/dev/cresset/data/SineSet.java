package dev.cresset.data;

import dev.cresset.tensor.RandomStream;
import java.util.List;

/// The lecture's regression of three sines: four features `x₁ … x₄` drawn evenly from `[0, 6)`, three targets
/// `sin(x₁ + x₂ + x₃ + x₄)`, `sin(6·x₂)` and `sin(x₂ + x₄)`.
///
/// The numbering is the lecture's own, from 1: `x₂` is the second feature (column 1), `x₄` the fourth (column 3).
/// The second target turns six times as fast as its feature, which a plain linear model cannot follow.
/// `StrictMath`, so that every machine makes the same bits.
public final class SineSet {
    /// The lecture's number of rows.
    public static final int DEFAULT_ROWS = 1000;

    private static final int FEATURES = 4;
    private static final int TARGETS = 3;
    private static final double RANGE = 6;

    private SineSet() {}

    /// The set with [#DEFAULT_ROWS] rows.
    public static Dataset generate(long seed) {
        return generate(DEFAULT_ROWS, seed);
    }

    /// A regression with features `x1 … x4`, in radians, and the three targets. Features are drawn row by row,
    /// left to right, from stream [Streams#SINE_SET] of the seed: the first rows of a longer set are the shorter
    /// set.
    ///
    /// @param rows at least 1
    /// @throws IllegalArgumentException if `rows` is below 1
    public static Dataset generate(int rows, long seed) {
        if (rows < 1) {
            throw new IllegalArgumentException("SineSet: at least 1 row expected, found " + rows + ".");
        }
        RandomStream random = new RandomStream(seed, Streams.SINE_SET);
        double[] x = new double[ShapeCheck.length(rows, FEATURES)];
        double[] y = new double[ShapeCheck.length(rows, TARGETS)];
        for (int row = 0; row < rows; row++) {
            int at = row * FEATURES;
            double sum = 0;
            for (int column = 0; column < FEATURES; column++) {
                x[at + column] = RANGE * random.nextDouble();
                sum += x[at + column];
            }
            double x2 = x[at + 1];
            double x4 = x[at + 3];
            y[row * TARGETS] = StrictMath.sin(sum);
            y[row * TARGETS + 1] = StrictMath.sin(6 * x2);
            y[row * TARGETS + 2] = StrictMath.sin(x2 + x4);
        }
        return Dataset.of(
                Rows.wrap(rows, FEATURES, x),
                Rows.wrap(rows, TARGETS, y),
                Schema.regression(
                        List.of("x1", "x2", "x3", "x4"), List.of("sin(x1+x2+x3+x4)", "sin(6*x2)", "sin(x2+x4)")));
    }
}
