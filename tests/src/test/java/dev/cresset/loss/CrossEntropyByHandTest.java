package dev.cresset.loss;

import static dev.cresset.verify.Numbers.holds;
import static dev.cresset.verify.Numbers.matrix;

import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Device;
import dev.cresset.backend.Reduction;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import org.junit.jupiter.params.ParameterizedTest;

/// The cross-entropy of two rows of three logits, worked by hand: the logits are logarithms, so the softmax
/// rows are (1/6, 2/6, 3/6) and (1/4, 1/4, 2/4).
class CrossEntropyByHandTest {
    private static final double[] LOGITS = {0, Math.log(2), Math.log(3), 5, 5, 5 + Math.log(2)};

    @ParameterizedTest
    @EveryPlace
    void withSumTheGradientIsSoftmaxMinusOneHotRows(Place place) {
        try (CrossEntropyLoss loss = new CrossEntropyLoss(Targets.CLASS_INDICES, Reduction.SUM)) {
            gives(
                    place,
                    loss,
                    matrix(place.device(), 2, 1, 2, 0),
                    Math.log(2) + Math.log(4),
                    1.0 / 6,
                    2.0 / 6,
                    3.0 / 6 - 1,
                    1.0 / 4 - 1,
                    1.0 / 4,
                    2.0 / 4);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void theMeanDividesByTheRows(Place place) {
        try (CrossEntropyLoss loss = new CrossEntropyLoss()) {
            gives(
                    place,
                    loss,
                    matrix(place.device(), 2, 1, 2, 0),
                    Math.log(8) / 2,
                    1.0 / 12,
                    2.0 / 12,
                    -3.0 / 12,
                    -3.0 / 8,
                    1.0 / 8,
                    2.0 / 8);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aRowOfProbabilitiesMixesTheCosts(Place place) {
        try (CrossEntropyLoss loss = new CrossEntropyLoss(Targets.PROBABILITIES, Reduction.SUM)) {
            gives(
                    place,
                    loss,
                    matrix(place.device(), 2, 3, 0.5, 0.5, 0, 0, 0, 1),
                    0.5 * Math.log(6) + 0.5 * Math.log(3) + Math.log(2),
                    1.0 / 6 - 0.5,
                    2.0 / 6 - 0.5,
                    3.0 / 6,
                    1.0 / 4,
                    1.0 / 4,
                    2.0 / 4 - 1);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void smoothingSpreadsAShareOverAllClasses(Place place) {
        try (CrossEntropyLoss loss =
                new CrossEntropyLoss(Targets.CLASS_INDICES, Reduction.SUM).withLabelSmoothing(0.3)) {
            // Targets (0.1, 0.1, 0.8) and (0.8, 0.1, 0.1); costs ln 6, ln 3, ln 2 and ln 4, ln 4, ln 2.
            gives(
                    place,
                    loss,
                    matrix(place.device(), 2, 1, 2, 0),
                    0.1 * Math.log(18) + 0.8 * Math.log(2) + 0.9 * Math.log(4) + 0.1 * Math.log(2),
                    1.0 / 6 - 0.1,
                    2.0 / 6 - 0.1,
                    3.0 / 6 - 0.8,
                    1.0 / 4 - 0.8,
                    1.0 / 4 - 0.1,
                    2.0 / 4 - 0.1);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void classWeightsWeighTheRowsAndTheirMean(Place place) {
        try (CrossEntropyLoss loss = new CrossEntropyLoss().withClassWeights(3, 0, 1)) {
            // Row 1 has weight 1, row 2 weight 3: (1 · ln 2 + 3 · ln 4) / 4.
            gives(
                    place,
                    loss,
                    matrix(place.device(), 2, 1, 2, 0),
                    (Math.log(2) + 3 * Math.log(4)) / 4,
                    1.0 / 24,
                    2.0 / 24,
                    -3.0 / 24,
                    -9.0 / 16,
                    3.0 / 16,
                    6.0 / 16);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void logitsOfAnySizeGiveFiniteLossesAndGradients(Place place) {
        Device device = place.device();
        try (CrossEntropyLoss loss = new CrossEntropyLoss(Targets.CLASS_INDICES, Reduction.SUM)) {
            Tensor prediction = matrix(device, 2, 2, 1000, -1000, 1000, -1000);
            holds(0, loss.forward(prediction, matrix(device, 2, 1, 0, 1)), 2000);
            holds(0, loss.backward(), 0, 0, 1, -1);
        }
    }

    private static void gives(Place place, CrossEntropyLoss loss, Tensor target, double value, double... gradient) {
        Tensor logits = matrix(place.device(), 2, 3, LOGITS);
        // The largest numbers are near 6.
        double tolerance = 8 * place.shortTolerance();
        holds(tolerance, loss.forward(logits, target), value);
        holds(tolerance, loss.backward(), gradient);
        holds(tolerance, loss.forwardBackward(logits, target), gradient);
        holds(tolerance, loss.value(), value);
    }
}
