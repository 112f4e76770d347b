package dev.cresset.nn;

import static dev.cresset.verify.Numbers.holds;
import static dev.cresset.verify.Numbers.matrix;

import dev.cresset.backend.Device;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import org.junit.jupiter.params.ParameterizedTest;

/// A batch of two rows through a BatchNorm1d, worked by hand. The columns are (1, 5) and (2, 4): means 3
/// and 3, biased variances 4 and 1. With ε = 0.25 and ε added: 4.25 and 1.25.
class BatchNormByHandTest {
    private static final double EPSILON = 0.25;
    private static final double X1 = 2 / Math.sqrt(4.25);
    private static final double X2 = 1 / Math.sqrt(1.25);

    @ParameterizedTest
    @EveryPlace
    void trainingNormalisesByTheBatchAndMovesTheRunningStatistics(Place place) {
        try (BatchNorm1d norm = norm(place.device(), RunningVariance.BIASED)) {
            holds(
                    4 * place.shortTolerance(),
                    norm.forward(matrix(place.device(), 2, 2, 1, 2, 5, 4)),
                    10 - 2 * X1,
                    20 - 3 * X2,
                    10 + 2 * X1,
                    20 + 3 * X2);
            // 0.9 · 0 + 0.1 · 3, and 0.9 · 1 + 0.1 · (4, 1).
            holds(place, norm.runningMean().value(), 0.3, 0.3);
            holds(place, norm.runningVariance().value(), 1.3, 1);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void theUnbiasedRunningVarianceOfTwoRowsIsTwiceTheBiasedOne(Place place) {
        try (BatchNorm1d norm = norm(place.device(), RunningVariance.UNBIASED)) {
            norm.forward(matrix(place.device(), 2, 2, 1, 2, 5, 4));
            // 0.9 · 1 + 0.1 · (8, 2).
            holds(place, norm.runningVariance().value(), 1.7, 1.1);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void backwardGoesThroughMeanAndVariance(Place place) {
        try (BatchNorm1d norm = norm(place.device(), RunningVariance.BIASED)) {
            norm.forward(matrix(place.device(), 2, 2, 1, 2, 5, 4));
            norm.backward(matrix(place.device(), 2, 2, 1, 0, 3, 4));
            // dγ = Σ dy·x̂: −X1 + 3·X1 and 4·X2; dβ = Σ dy.
            holds(place, norm.weightGradient(), 2 * X1, 4 * X2);
            holds(place, norm.biasGradient(), 4, 4);
            // dx = γ/√(σ² + ε) · (dy − dβ/2 − x̂·dγ/2); in column 1: dy − 2 = ∓1 and x̂·dγ/2 = ∓X1².
            double first = 2 / Math.sqrt(4.25) * (1 - X1 * X1);
            double second = 3 / Math.sqrt(1.25) * (2 - 2 * X2 * X2);
            holds(4 * place.shortTolerance(), norm.inputGradient(), -first, -second, first, second);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void evaluationNormalisesByTheRunningStatisticsAndLeavesThem(Place place) {
        try (BatchNorm1d norm = norm(place.device(), RunningVariance.BIASED)) {
            norm.runningMean().set(1, 2);
            norm.runningVariance().set(0.75, 3.75);
            norm.eval();
            // Divisors √(0.75 + 0.25) = 1 and √(3.75 + 0.25) = 2.
            holds(place, norm.forward(matrix(place.device(), 1, 2, 2, 6)), 12, 26);
            // dx = dy · γ / divisor: 1 · 2 / 1 and 1 · 3 / 2.
            holds(place, norm.backward(matrix(place.device(), 1, 2, 1, 1)), 2, 1.5);
            holds(place, norm.weightGradient(), 1, 2);
            holds(place, norm.biasGradient(), 1, 1);
            holds(0, norm.runningMean().value(), 1, 2);
            holds(0, norm.runningVariance().value(), 0.75, 3.75);
        }
    }

    private static BatchNorm1d norm(Device device, RunningVariance runningVariance) {
        BatchNorm1d norm = new BatchNorm1d(2, 0.9, EPSILON, runningVariance);
        norm.weight().set(2, 3);
        norm.bias().set(10, 20);
        return norm.to(device);
    }
}
