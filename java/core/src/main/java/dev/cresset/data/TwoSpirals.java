package dev.cresset.data;

import dev.cresset.tensor.RandomStream;
import java.util.List;

/// Two interleaved spiral arms, one a class: after Lang and Witbrock, "Learning to tell two spirals apart", 1988.
///
/// Point `i` of arm `k` lies at `t = (i + 1) / perArm`, radius `t`, angle `3π·t + k·π` in radians (one and a half
/// turns, the second arm half a turn ahead), plus Gaussian noise on both coordinates.
public final class TwoSpirals {
    private static final double ANGLE = 3 * Math.PI;

    private TwoSpirals() {}

    /// A classification of `2 · perArm` rows; the arms take turns, so row `2i + k` is point `i` of arm `k`. The
    /// noise is drawn row by row, `x1` before `x2`, from stream [Streams#TWO_SPIRALS] of the seed.
    ///
    /// @param perArm the points of each arm, at least 1
    /// @param noise  the standard deviation of the noise, at least 0; the outermost radius is 1
    /// @throws IllegalArgumentException for other arguments
    public static Dataset generate(int perArm, double noise, long seed) {
        if (perArm < 1 || perArm > Integer.MAX_VALUE / 4) {
            throw new IllegalArgumentException(
                    "TwoSpirals: 1 to " + Integer.MAX_VALUE / 4 + " points an arm expected, found " + perArm + ".");
        }
        if (!Double.isFinite(noise) || noise < 0) {
            throw new IllegalArgumentException(
                    "TwoSpirals: a finite noise of at least 0 expected, found " + noise + ".");
        }
        RandomStream random = new RandomStream(seed, Streams.TWO_SPIRALS);
        int rows = 2 * perArm;
        double[] x = new double[2 * rows];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            int arm = row % 2;
            double t = (row / 2 + 1.0) / perArm;
            double angle = ANGLE * t + arm * Math.PI;
            x[2 * row] = t * StrictMath.cos(angle) + noise * random.nextGaussian();
            x[2 * row + 1] = t * StrictMath.sin(angle) + noise * random.nextGaussian();
            labels[row] = arm;
        }
        return Dataset.of(
                Rows.wrap(rows, 2, x),
                Rows.ofLabels(labels),
                Schema.classification(List.of("x1", "x2"), "arm", List.of("first", "second")));
    }
}
