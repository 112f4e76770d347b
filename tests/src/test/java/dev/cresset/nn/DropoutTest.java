package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Numbers;
import dev.cresset.verify.Place;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;

/// What falls, what is kept, and that the same seed always drops the same.
class DropoutTest {
    private static final int ROWS = 100;
    private static final int COLUMNS = 101;
    private static final double P = 0.3;

    /// Six standard deviations of the share of 10100 elements that fall: 6 · √(0.3 · 0.7 / 10100).
    private static final double SIX_SIGMA = 0.0274;

    @ParameterizedTest
    @EveryPlace
    void elementsFallWithTheGivenProbabilityAndTheOthersAreScaledUp(Place place) {
        double[] y = ones(place.device(), new Dropout(P, 1), 1);
        double kept = place.device().precision() == Precision.FP32 ? (float) (1 / (1 - P)) : 1 / (1 - P);
        assertTrue(Arrays.stream(y).allMatch(v -> v == 0 || Math.abs(v - kept) <= place.shortTolerance()));
        long fallen = Arrays.stream(y).filter(v -> v == 0).count();
        assertEquals(P, (double) fallen / y.length, SIX_SIGMA);
        assertEquals(1, Arrays.stream(y).average().orElseThrow(), SIX_SIGMA / (1 - P));
    }

    @ParameterizedTest
    @EveryPlace
    void theSameSeedDropsTheSameAndAnotherSeedDoesNot(Place place) {
        Device device = place.device();
        assertArrayEquals(ones(device, new Dropout(P, 5), 3), ones(device, new Dropout(P, 5), 3));
        assertFalse(Arrays.equals(ones(device, new Dropout(P, 5), 1), ones(device, new Dropout(P, 6), 1)));
    }

    @ParameterizedTest
    @EveryPlace
    void everyForwardPassDrawsANewMask(Place place) {
        Device device = place.device();
        assertFalse(Arrays.equals(ones(device, new Dropout(P, 5), 1), ones(device, new Dropout(P, 5), 2)));
    }

    @ParameterizedTest
    @EveryPlace
    void everyDeviceDropsWhatTheReferenceDrops(Place place) {
        double[] here = ones(place.device(), new Dropout(P, 8), 2);
        double[] there = ones(Device.reference(), new Dropout(P, 8), 2);
        for (int i = 0; i < here.length; i++) {
            assertEquals(there[i] == 0, here[i] == 0);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void backwardDropsWhatForwardDropped(Place place) {
        Device device = place.device();
        try (Layer dropout = new Dropout(P, 3).to(device)) {
            double[] y = dropout.forward(full(device, 1)).toArray();
            assertArrayEquals(y, dropout.backward(full(device, 1)).toArray());
        }
    }

    @ParameterizedTest
    @EveryPlace
    void evaluationPassesEverythingThroughAndDrawsNothing(Place place) {
        Device device = place.device();
        try (Layer dropout = new Dropout(P, 3).to(device)) {
            dropout.forward(full(device, 1));
            dropout.eval();
            Tensor x = Numbers.normal(device, 5, 7, 1);
            assertArrayEquals(x.toArray(), dropout.forward(x).toArray());
            assertArrayEquals(x.toArray(), dropout.backward(x).toArray());
            assertEquals(1, dropout.counters().getFirst().value());
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aProbabilityOfZeroDropsNothing(Place place) {
        Device device = place.device();
        try (Layer dropout = new Dropout(0, 3).to(device)) {
            Tensor x = Numbers.normal(device, 5, 7, 1);
            assertArrayEquals(x.toArray(), dropout.forward(x).toArray());
        }
    }

    /// What becomes of ones in pass number `passes`.
    private static double[] ones(Device device, Dropout dropout, int passes) {
        try (dropout) {
            dropout.to(device);
            Tensor ones = full(device, 1);
            for (int i = 1; i < passes; i++) {
                dropout.forward(ones);
            }
            return dropout.forward(ones).toArray();
        }
    }

    private static Tensor full(Device device, double value) {
        double[] values = new double[ROWS * COLUMNS];
        Arrays.fill(values, value);
        return device.tensor(ROWS, COLUMNS, values);
    }
}
