package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cresset.backend.Device;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Numbers;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import org.junit.jupiter.params.ParameterizedTest;

/// What a BatchNorm1d does with its modes and with batches that have no variance.
class BatchNormBehaviourTest {
    /// Running statistics approach those of the data by a factor of 0.9 a step: 0.9²⁰⁰ = 7e-10.
    private static final int MANY = 200;

    private static final double NEARLY = 1e-5;

    @ParameterizedTest
    @EveryPlace
    void aBatchOfOneIsRefusedInTrainingAndNothingIsOverwritten(Place place) {
        Device device = place.device();
        try (Sequential model = new Sequential(new Linear(2, 3, 1), new BatchNorm1d(3)).to(device)) {
            BatchNorm1d norm = (BatchNorm1d) model.layer(1);
            Tensor output = model.forward(Numbers.normal(device, 4, 2, 1));
            double[] before = output.toArray();
            double[] mean = norm.runningMean().value().toArray();
            double[] variance = norm.runningVariance().value().toArray();
            Refused.with(ShapeException.class, () -> model.forward(Numbers.normal(device, 1, 2, 2)))
                    .saying("BatchNorm1d '1' (3)", "2 rows or more, found 1", "call eval()");
            assertArrayEquals(before, model.output().toArray());
            assertArrayEquals(mean, norm.runningMean().value().toArray());
            assertArrayEquals(variance, norm.runningVariance().value().toArray());
            model.backward(Numbers.normal(device, 4, 3, 3));
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aBatchOfOneIsFineInEvaluation(Place place) {
        Device device = place.device();
        try (BatchNorm1d norm = new BatchNorm1d(2).to(device)) {
            norm.eval();
            // Fresh running statistics are 0 and 1: the input over √(1 + 1e-5).
            double s = 1 / Math.sqrt(1 + 1e-5);
            Numbers.holds(4 * place.shortTolerance(), norm.forward(Numbers.matrix(device, 1, 2, 3, -4)), 3 * s, -4 * s);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void runningStatisticsApproachThoseOfTheData(Place place) {
        Device device = place.device();
        try (BatchNorm1d norm = new BatchNorm1d(1).to(device)) {
            Tensor x = Numbers.matrix(device, 4, 1, 1, 3, 5, 7);
            for (int i = 0; i < MANY; i++) {
                norm.forward(x);
            }
            Numbers.holds(NEARLY, norm.runningMean().value(), 4);
            Numbers.holds(NEARLY, norm.runningVariance().value(), 5);
            double[] trained = norm.forward(x).toArray();
            norm.eval();
            Numbers.holds(NEARLY, norm.forward(x), trained);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aConstantColumnBecomesTheBias(Place place) {
        Device device = place.device();
        try (BatchNorm1d norm = new BatchNorm1d(1).to(device)) {
            norm.bias().set(2.5);
            Numbers.holds(place, norm.forward(Numbers.matrix(device, 3, 1, 8, 8, 8)), 2.5, 2.5, 2.5);
            Numbers.holds(place, norm.runningVariance().value(), 0.9);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void keepOneNeverMovesTheRunningStatistics(Place place) {
        Device device = place.device();
        try (BatchNorm1d norm = new BatchNorm1d(1, 1, 1e-5, RunningVariance.BIASED).to(device)) {
            norm.forward(Numbers.matrix(device, 2, 1, 8, 9));
            Numbers.holds(0, norm.runningMean().value(), 0);
            Numbers.holds(0, norm.runningVariance().value(), 1);
        }
    }
}
