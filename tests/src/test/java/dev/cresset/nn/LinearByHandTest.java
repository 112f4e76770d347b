package dev.cresset.nn;

import static dev.cresset.verify.Numbers.holds;
import static dev.cresset.verify.Numbers.matrix;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import org.junit.jupiter.params.ParameterizedTest;

/// The numbers of one Linear 2 → 2 and a batch of two, worked by hand; all of them whole, so exact anywhere.
class LinearByHandTest {
    private static final double EXACT = 0;

    @ParameterizedTest
    @EveryPlace
    void forwardIsInputTimesTransposedWeightPlusBias(Place place) {
        try (Linear linear = linear(place.device())) {
            // Row 1: 1·5 + 2·6 + 10 = 27, 1·7 + 2·8 + 20 = 43; row 2: 3·5 + 4·6 + 10 = 49, 3·7 + 4·8 + 20 = 73.
            holds(EXACT, linear.forward(matrix(place.device(), 2, 2, 1, 2, 3, 4)), 27, 43, 49, 73);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void backwardGivesAllThreeGradientsSummedOverTheBatch(Place place) {
        try (Linear linear = linear(place.device())) {
            linear.forward(matrix(place.device(), 2, 2, 1, 2, 3, 4));
            Tensor dLdA = linear.backward(matrix(place.device(), 2, 2, 1, -1, 2, 3));
            // dLdZ·W: row 1: 1·5 − 1·7, 1·6 − 1·8; row 2: 2·5 + 3·7, 2·6 + 3·8.
            holds(EXACT, dLdA, -2, -2, 31, 36);
            // dLdZᵀ·A: row 1: 1·1 + 2·3, 1·2 + 2·4; row 2: −1·1 + 3·3, −1·2 + 3·4.
            holds(EXACT, linear.weightGradient(), 7, 10, 8, 10);
            holds(EXACT, linear.biasGradient(), 3, 2);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aSecondBackwardOverwritesTheGradientsAndDoesNotAddToThem(Place place) {
        try (Linear linear = linear(place.device())) {
            Tensor dLdZ = matrix(place.device(), 2, 2, 1, -1, 2, 3);
            linear.forward(matrix(place.device(), 2, 2, 1, 2, 3, 4));
            linear.backward(dLdZ);
            linear.backward(dLdZ);
            holds(EXACT, linear.weightGradient(), 7, 10, 8, 10);
            holds(EXACT, linear.biasGradient(), 3, 2);
        }
    }

    private static Linear linear(Device device) {
        Linear linear = new Linear(2, 2);
        linear.weight().set(5, 6, 7, 8);
        linear.bias().set(10, 20);
        return linear.to(device);
    }
}
