package dev.cresset.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cresset.backend.Device;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.Tensor;

/// Tensors for tests, and what they should hold.
public final class Numbers {
    private Numbers() {}

    /// A matrix written row after row.
    public static Tensor matrix(Device device, int rows, int columns, double... values) {
        return device.tensor(rows, columns, values);
    }

    /// Standard normal numbers that the seed alone decides.
    public static Tensor normal(Device device, int rows, int columns, long seed) {
        return device.tensor(rows, columns, normal(rows * columns, seed));
    }

    /// Standard normal numbers that the seed alone decides.
    public static double[] normal(int count, long seed) {
        RandomStream random = new RandomStream(seed, 0);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextGaussian();
        }
        return values;
    }

    /// The tensor holds these numbers, row after row.
    public static void holds(double tolerance, Tensor tensor, double... expected) {
        assertArrayEquals(expected, tensor.toArray(), tolerance);
    }

    /// The tensor holds these numbers, row after row, up to a few roundings of the place.
    public static void holds(Place place, Tensor tensor, double... expected) {
        holds(place.shortTolerance(), tensor, expected);
    }
}
