package dev.cresset.optim;

import static dev.cresset.verify.Numbers.holds;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.cresset.nn.Linear;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import org.junit.jupiter.params.ParameterizedTest;

/// Two steps of every form of SGD on one weight, worked by hand: it starts at 1, the gradients are 2 and then
/// −4, the learning rate is 0.1.
class SgdByHandTest {
    private static final Hyper PLAIN = Hyper.lr(0.1);

    @ParameterizedTest
    @EveryPlace
    void plainStepsGoAgainstTheGradient(Place place) {
        // 1 − 0.2 = 0.8, then 0.8 + 0.4.
        steps(place, PLAIN, 0.8, 1.2);
    }

    @ParameterizedTest
    @EveryPlace
    void momentumStartsWithTheGradientItself(Place place) {
        // v = 2, W = 0.8; v = 0.5·2 − 4 = −3, W = 1.1.
        steps(place, PLAIN.withMomentum(0.5), 0.8, 1.1, -3);
    }

    @ParameterizedTest
    @EveryPlace
    void dampeningSparesTheFirstStep(Place place) {
        // v = 2, W = 0.8; v = 0.5·2 + 0.75·(−4) = −2, W = 1.
        steps(place, PLAIN.withMomentum(0.5).withDampening(0.25), 0.8, 1.0, -2);
    }

    @ParameterizedTest
    @EveryPlace
    void nesterovLooksOneStepAhead(Place place) {
        // v = 2, step 2 + 0.5·2 = 3, W = 0.7; v = −3, step −4 − 1.5 = −5.5, W = 1.25.
        steps(place, PLAIN.withMomentum(0.5).withNesterov(), 0.7, 1.25, -3);
    }

    @ParameterizedTest
    @EveryPlace
    void weightDecayAddsTheWeightToTheGradient(Place place) {
        // g = 2 + 0.5·1 = 2.5, W = 0.75; g = −4 + 0.375 = −3.625, W = 1.1125.
        steps(place, PLAIN.withWeightDecay(0.5), 0.75, 1.1125);
    }

    @ParameterizedTest
    @EveryPlace
    void weightDecayEntersTheVelocity(Place place) {
        // v = 2.5, W = 0.75; g = −3.625, v = 1.25 − 3.625 = −2.375, W = 0.9875.
        steps(place, PLAIN.withMomentum(0.5).withWeightDecay(0.5), 0.75, 0.9875, -2.375);
    }

    /// Weight after the first and the second step, and the velocity after the second where there is one.
    private static void steps(Place place, Hyper hyper, double first, double second, double... velocity) {
        try (Linear linear = new Linear(1, 1).to(place.device());
                SGD sgd = new SGD(linear.parameters(), hyper)) {
            linear.weight().set(1);
            linear.weightGradient().write(2);
            sgd.step();
            holds(place, linear.weight().value(), first);
            linear.weightGradient().write(-4);
            sgd.step();
            holds(place, linear.weight().value(), second);
            assertEquals(2, sgd.steps());
            if (velocity.length == 0) {
                assertNull(sgd.velocity("weight"));
            } else {
                assertArrayEquals(velocity, sgd.velocity("weight"), 4 * place.shortTolerance());
            }
        }
    }
}
