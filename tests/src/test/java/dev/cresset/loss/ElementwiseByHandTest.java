package dev.cresset.loss;

import static dev.cresset.verify.Numbers.holds;
import static dev.cresset.verify.Numbers.matrix;

import dev.cresset.backend.Reduction;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import org.junit.jupiter.params.ParameterizedTest;

/// The elementwise losses of a 2 × 2 prediction, worked by hand. The distances A − Y are 1, −2, 0.5 and 0.
class ElementwiseByHandTest {
    private static final double[] A = {1, 2, 3.5, 4};
    private static final double[] Y = {0, 4, 3, 4};

    @ParameterizedTest
    @EveryPlace
    void theSquaredErrorDividesByWhatItsReductionSays(Place place) {
        // 1 + 4 + 0.25 = 5.25; the gradients are 2(A − Y) over 4, 1 and 2.
        gives(place, new MSELoss(), 1.3125, 0.5, -1, 0.25, 0);
        gives(place, new MSELoss(Reduction.SUM), 5.25, 2, -4, 1, 0);
        gives(place, new MSELoss(Reduction.BATCH_MEAN), 2.625, 1, -2, 0.5, 0);
    }

    @ParameterizedTest
    @EveryPlace
    void theHalvedSquaredErrorHasTheDistancesAsItsGradient(Place place) {
        gives(place, MSELoss.halved(), 0.65625, 0.25, -0.5, 0.125, 0);
        gives(place, MSELoss.halved(Reduction.SUM), 2.625, 1, -2, 0.5, 0);
        gives(place, MSELoss.halved(Reduction.BATCH_MEAN), 1.3125, 0.5, -1, 0.25, 0);
    }

    @ParameterizedTest
    @EveryPlace
    void theAbsoluteErrorHasSignsAsItsGradientAndZeroWhereEqual(Place place) {
        gives(place, new L1Loss(Reduction.SUM), 3.5, 1, -1, 1, 0);
        gives(place, new L1Loss(), 0.875, 0.25, -0.25, 0.25, 0);
    }

    @ParameterizedTest
    @EveryPlace
    void theSmoothErrorIsAParabolaWithinBeta(Place place) {
        // β = 1: 1 − 0.5, 2 − 0.5, 0.25/2, 0. β = 2: 1/4, 2 − 1, 0.25/4, 0.
        gives(place, new SmoothL1Loss(1, Reduction.SUM), 2.125, 1, -1, 0.5, 0);
        gives(place, new SmoothL1Loss(2, Reduction.SUM), 1.3125, 0.5, -1, 0.25, 0);
    }

    @ParameterizedTest
    @EveryPlace
    void theBinaryCrossEntropyOfLogitsIsThatOfTheirSigmoids(Place place) {
        double[] y = {1, 0, 1, 0};
        // σ(0) = 1/2, σ(ln 3) = 3/4: costs ln 2, ln 2, ln 4/3, ln 4.
        double[] logits = {0, 0, Math.log(3), Math.log(3)};
        double sum = 2 * Math.log(2) + Math.log(4.0 / 3) + Math.log(4);
        gives(place, new BCEWithLogitsLoss(Reduction.SUM), logits, y, sum, -0.5, 0.5, -0.25, 0.75);
        double[] probabilities = {0.5, 0.5, 0.75, 0.75};
        gives(place, new BCELoss(Reduction.SUM), probabilities, y, sum, -2, 2, -4.0 / 3, 4);
    }

    @ParameterizedTest
    @EveryPlace
    void saturatedLogitsCostExactlyTheirSizeAndNothing(Place place) {
        gives(
                place,
                new BCEWithLogitsLoss(Reduction.SUM),
                new double[] {500, -500, 500, -500},
                new double[] {1, 0, 0, 1},
                1000,
                0,
                0,
                1,
                -1);
    }

    private static void gives(Place place, Loss loss, double value, double... gradient) {
        gives(place, loss, A, Y, value, gradient);
    }

    private static void gives(Place place, Loss loss, double[] a, double[] y, double value, double... gradient) {
        try (loss) {
            Tensor prediction = matrix(place.device(), 2, 2, a);
            Tensor target = matrix(place.device(), 2, 2, y);
            holds(4 * place.shortTolerance(), loss.forward(prediction, target), value);
            holds(4 * place.shortTolerance(), loss.backward(), gradient);
            holds(4 * place.shortTolerance(), loss.forwardBackward(prediction, target), gradient);
            holds(4 * place.shortTolerance(), loss.value(), value);
        }
    }
}
