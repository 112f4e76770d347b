package dev.cresset.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// When our numbers are PyTorch's: `|a − b| ≤ relative · max(|b|, floor)` for every element b of PyTorch's.
///
/// The floor is there because an error does not shrink with a number that came out small by cancellation:
/// an element of a sum is only as good as its largest term. So for whole tensors it is the tensor's largest
/// magnitude; for functions of one number, whose only terms are numbers near 1, it is a small constant, and
/// everything above it must agree digit by digit.
///
/// @param relative allowed error as a share
/// @param floor magnitude from which on the error is relative; 0 for the tensor's largest
record Closeness(double relative, double floor) {
    /// Compared with the largest magnitude of the tensor.
    static Closeness ofTensor(double relative) {
        return new Closeness(relative, 0);
    }

    /// Compared element by element down to `floor`.
    static Closeness ofElements(double relative, double floor) {
        return new Closeness(relative, floor);
    }

    /// The same for a tensor whose elements are differences of terms such as these: they are compared with the
    /// largest term, since what cancels to 0 in real arithmetic leaves only the terms' rounding.
    Closeness amongTerms(double[] terms) {
        return new Closeness(relative, largest(terms));
    }

    void holds(String what, double[] expected, Tensor found) {
        holds(what, expected, found.toArray());
    }

    void holds(String what, double[][] expected, Tensor found) {
        holds(what, Arrays.stream(expected).flatMapToDouble(Arrays::stream).toArray(), found.toArray());
    }

    void holds(String what, double expected, double found) {
        holds(what, new double[] {expected}, new double[] {found});
    }

    void holds(String what, double[] expected, double[] found) {
        assertEquals(expected.length, found.length, what + ": number of elements");
        double least = floor > 0 ? floor : largest(expected);
        for (int i = 0; i < expected.length; i++) {
            double allowed = relative * Math.max(Math.abs(expected[i]), least);
            // Written so that a NaN on our side fails.
            if (!(Math.abs(expected[i] - found[i]) <= allowed)) {
                fail(what + ", element " + i + ": PyTorch has " + expected[i] + ", found " + found[i] + ", off by "
                        + Math.abs(expected[i] - found[i]) + ", allowed " + allowed);
            }
        }
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }
}
