package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// A tensor in the middle of a larger piece of memory: what lies before and behind it must stay as it is, and so must
/// the tensor itself if it is an input. It starts at an odd element, which is the least aligned that a view can be.
final class Operand {
    private static final int GUARD = 37;
    private static final double GUARD_VALUE = -7777;

    private enum Role {
        INPUT,
        OUTPUT
    }

    private final Tensor whole;
    private final Tensor tensor;
    private final Role role;
    private final double[] before;
    private boolean forgotten;

    private Operand(Device device, int rows, int columns, double[] values, Role role) {
        double[] all = new double[rows * columns + 2 * GUARD];
        Arrays.fill(all, GUARD_VALUE);
        System.arraycopy(values, 0, all, GUARD, rows * columns);
        this.whole = device.tensor(1, all.length, all);
        this.tensor = new Tensor(whole.buffer(), whole.offset() + GUARD, rows, columns);
        this.role = role;
        this.before = whole.toArray();
    }

    static Operand input(Device device, int rows, int columns, double[] values) {
        return new Operand(device, rows, columns, values, Role.INPUT);
    }

    static Operand output(Device device, int rows, int columns) {
        double[] poison = new double[rows * columns];
        Arrays.fill(poison, Double.NaN);
        return new Operand(device, rows, columns, poison, Role.OUTPUT);
    }

    static Operand changing(Device device, int rows, int columns, double[] values) {
        return new Operand(device, rows, columns, values, Role.OUTPUT);
    }

    Tensor tensor() {
        return tensor;
    }

    /// The numbers that the device was given, rounded to its precision.
    double[] given() {
        return Arrays.copyOfRange(before, GUARD, GUARD + (int) tensor.size());
    }

    double given(int row, int column) {
        return before[GUARD + row * tensor.columns() + column];
    }

    /// The numbers that are there now.
    double[] now() {
        return tensor.toArray();
    }

    /// Fails unless element (i, j) is `expected(i, j)`, give or take `tolerance` times the roundoff times that number
    /// or `scale(i, j)`, whichever is larger. NaN and infinity are met only by themselves.
    void requireClose(Formula expected, Formula scale, double tolerance) {
        double[] found = now();
        double roundoff = Device.of(tensor).precision().roundoff();
        double largest = roundoff == 0x1p-24 ? Float.MAX_VALUE : Double.MAX_VALUE;
        for (int i = 0; i < tensor.rows(); i++) {
            for (int j = 0; j < tensor.columns(); j++) {
                double want = expected.at(i, j);
                double got = found[i * tensor.columns() + j];
                if (Double.compare(got, want) == 0 || got == want) {
                    continue;
                }
                double bound = Math.max(Math.abs(want), Math.abs(scale.at(i, j)));
                boolean overflows = Math.abs(want) > largest && Double.isInfinite(got);
                // Subnormal results of float32 have an absolute roundoff.
                double allowed = tolerance * roundoff * bound + (roundoff == 0x1p-24 ? Float.MIN_VALUE : 1e-320);
                if (!overflows && !(Math.abs(got - want) <= allowed)) {
                    fail("element (" + i + ", " + j + ") of " + tensor.shape() + ": expected " + want + " ± " + allowed
                            + ", found " + got);
                }
            }
        }
    }

    void requireClose(Formula expected, double tolerance) {
        requireClose(expected, (i, j) -> 0, tolerance);
    }

    /// Fails unless the bits are those of `expected`.
    void requireSame(double[] expected) {
        double[] found = now();
        assertEquals(expected.length, found.length);
        for (int i = 0; i < found.length; i++) {
            if (Double.compare(expected[i], found[i]) != 0) {
                fail("element " + i + " of " + tensor.shape() + ": expected " + expected[i] + ", found " + found[i]);
            }
        }
    }

    /// From now on this operand may hold anything.
    void forget() {
        forgotten = true;
    }

    void requireUntouched() {
        if (forgotten) {
            return;
        }
        double[] after = whole.toArray();
        for (int i = 0; i < after.length; i++) {
            boolean mayChange = role == Role.OUTPUT && i >= GUARD && i < GUARD + tensor.size();
            if (!mayChange && Double.compare(before[i], after[i]) != 0) {
                fail("element " + (i - GUARD) + " of a tensor of " + tensor.shape()
                        + (role == Role.INPUT ? ", an input," : ", or its neighbour,") + " was overwritten: it was "
                        + before[i] + ", found " + after[i]);
            }
        }
    }

    /// An expected element.
    interface Formula {
        double at(int row, int column);
    }
}
