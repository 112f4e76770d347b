package dev.cresset.backend.cuda;

import dev.cresset.tensor.Precision;
import java.util.List;

/// How far steps have brought each tensor. What rounded factors cost is a share of that way, however small it is
/// beside the numbers, so a tensor that was forgotten is not taken for one that was rounded.
///
/// @param from the tensors before the steps
/// @param to after the steps, as they should be
/// @param steps how many
record FusedWay(List<double[]> from, List<double[]> to, int steps) {
    /// Roundings of a stored number in a step: its sums, functions and update.
    private static final int ROUNDINGS = 16;

    /// The largest error over what rounding explains, 1 at most if all is well.
    double error(List<double[]> found, Precision precision) {
        double worst = 0;
        for (int i = 0; i < to.size(); i++) {
            double way = farthest(from.get(i), to.get(i));
            double largest = farthest(new double[to.get(i).length], to.get(i));
            double allowed = steps * (precision.productRoundoff() * way + ROUNDINGS * precision.roundoff() * largest);
            worst = Math.max(worst, farthest(found.get(i), to.get(i)) / allowed);
        }
        return worst;
    }

    private static double farthest(double[] a, double[] b) {
        double most = 0;
        for (int i = 0; i < b.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }
}
