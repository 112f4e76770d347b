package dev.cresset.nn;

import static dev.cresset.verify.Numbers.holds;
import static dev.cresset.verify.Numbers.matrix;

import dev.cresset.backend.Device;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import org.junit.jupiter.params.ParameterizedTest;

/// Values and slopes of every activation at −1, 0 and 2 (dLdA is 1, 10, 100, so a slope in the wrong place
/// shows), from tables of the functions.
class ActivationsByHandTest {
    private static final double E_MINUS_1 = 0.36787944117144233;
    private static final double SIGMOID_1 = 0.7310585786300049;
    private static final double SIGMOID_2 = 0.8807970779778823;
    private static final double TANH_1 = 0.7615941559557649;
    private static final double TANH_2 = 0.9640275800758169;
    /// Φ(1), Φ(2), φ(1), φ(2) of the standard normal distribution.
    private static final double NORMAL_1 = 0.8413447460685429;
    private static final double NORMAL_2 = 0.9772498680518208;
    private static final double DENSITY_1 = 0.24197072451914337;
    private static final double DENSITY_2 = 0.05399096651318806;
    /// The largest numbers here are near 100, and a slope may lose a bit or two more than its function.
    private static final double SPREAD = 200;

    @ParameterizedTest
    @EveryPlace
    void identityPassesEverythingOn(Place place) {
        gives(place, new Identity(), -1, 0, 2, 1, 1, 1);
    }

    @ParameterizedTest
    @EveryPlace
    void reluCutsAtZeroWhereItsSlopeIsZero(Place place) {
        gives(place, new ReLU(), 0, 0, 2, 0, 0, 1);
    }

    @ParameterizedTest
    @EveryPlace
    void leakyReluLeaksItsSlope(Place place) {
        gives(place, new LeakyReLU(0.25), -0.25, 0, 2, 0.25, 0.25, 1);
    }

    @ParameterizedTest
    @EveryPlace
    void sigmoidIsOneHalfAtZeroWithSlopeOneQuarter(Place place) {
        gives(
                place,
                new Sigmoid(),
                1 - SIGMOID_1,
                0.5,
                SIGMOID_2,
                SIGMOID_1 * (1 - SIGMOID_1),
                0.25,
                SIGMOID_2 * (1 - SIGMOID_2));
    }

    @ParameterizedTest
    @EveryPlace
    void tanhIsOddWithSlopeOneAtZero(Place place) {
        gives(place, new Tanh(), -TANH_1, 0, TANH_2, 1 - TANH_1 * TANH_1, 1, 1 - TANH_2 * TANH_2);
    }

    @ParameterizedTest
    @EveryPlace
    void eluBendsTowardsMinusAlpha(Place place) {
        gives(place, new ELU(2), 2 * (E_MINUS_1 - 1), 0, 2, 2 * E_MINUS_1, 2, 1);
    }

    @ParameterizedTest
    @EveryPlace
    void geluWeighsByTheNormalDistribution(Place place) {
        gives(
                place,
                new GELU(),
                NORMAL_1 - 1,
                0,
                2 * NORMAL_2,
                1 - NORMAL_1 - DENSITY_1,
                0.5,
                NORMAL_2 + 2 * DENSITY_2);
    }

    @ParameterizedTest
    @EveryPlace
    void siluWeighsByTheSigmoid(Place place) {
        gives(
                place,
                new SiLU(),
                SIGMOID_1 - 1,
                0,
                2 * SIGMOID_2,
                (1 - SIGMOID_1) * (1 - SIGMOID_1),
                0.5,
                SIGMOID_2 * (1 + 2 * (1 - SIGMOID_2)));
    }

    @ParameterizedTest
    @EveryPlace
    void softplusIsTheLogarithmOfTwoAtZero(Place place) {
        gives(
                place,
                new Softplus(),
                0.31326168751822286,
                0.6931471805599453,
                2.1269280110429727,
                1 - SIGMOID_1,
                0.5,
                SIGMOID_2);
    }

    @ParameterizedTest
    @EveryPlace
    void softmaxSharesARowAndItsGradientSumsToZero(Place place) {
        Device device = place.device();
        double a = 1 / (1 + Math.exp(1) + Math.exp(3));
        double b = Math.exp(1) * a;
        double c = Math.exp(3) * a;
        try (Layer softmax = new Softmax().to(device)) {
            holds(SPREAD * place.shortTolerance(), softmax.forward(matrix(device, 1, 3, -1, 0, 2)), a, b, c);
            double dot = a + 10 * b + 100 * c;
            holds(
                    SPREAD * place.shortTolerance(),
                    softmax.backward(matrix(device, 1, 3, 1, 10, 100)),
                    a * (1 - dot),
                    b * (10 - dot),
                    c * (100 - dot));
        }
    }

    @ParameterizedTest
    @EveryPlace
    void logSoftmaxTakesTheLogarithmOfTheSumOff(Place place) {
        Device device = place.device();
        double log = Math.log(Math.exp(-1) + 1 + Math.exp(2));
        try (Layer logSoftmax = new LogSoftmax().to(device)) {
            holds(
                    SPREAD * place.shortTolerance(),
                    logSoftmax.forward(matrix(device, 1, 3, -1, 0, 2)),
                    -1 - log,
                    -log,
                    2 - log);
            holds(
                    SPREAD * place.shortTolerance(),
                    logSoftmax.backward(matrix(device, 1, 3, 1, 10, 100)),
                    1 - 111 * Math.exp(-1 - log),
                    10 - 111 * Math.exp(-log),
                    100 - 111 * Math.exp(2 - log));
        }
    }

    /// Three values at −1, 0 and 2, then the three slopes there.
    private static void gives(Place place, Layer layer, double... expected) {
        Device device = place.device();
        try (layer) {
            layer.to(device);
            holds(
                    SPREAD * place.shortTolerance(),
                    layer.forward(matrix(device, 1, 3, -1, 0, 2)),
                    expected[0],
                    expected[1],
                    expected[2]);
            holds(
                    SPREAD * place.shortTolerance(),
                    layer.backward(matrix(device, 1, 3, 1, 10, 100)),
                    expected[3],
                    10 * expected[4],
                    100 * expected[5]);
        }
    }
}
