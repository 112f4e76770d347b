package dev.cresset.nn;

import static dev.cresset.verify.Numbers.holds;
import static dev.cresset.verify.Numbers.matrix;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.cresset.backend.Device;
import dev.cresset.loss.MSELoss;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import org.junit.jupiter.params.ParameterizedTest;

/// The course's MLP0 (2 → 3, ReLU), forward and backward by hand, with every symbol of the course read where
/// our API has it: Z, A, dLdA, dLdZ, dLdW, dLdb.
class CourseSymbolsTest {
    @ParameterizedTest
    @EveryPlace
    void everySymbolOfTheCoursesFirstNetworkCanBeRead(Place place) {
        Device device = place.device();
        try (MLP0 model = new MLP0(1);
                MSELoss loss = MSELoss.halved()) {
            Linear linear = (Linear) model.layer(0);
            Layer relu = model.layer(1);
            linear.weight().set(1, 2, -1, 0, 0, 3);
            linear.bias().set(1, 1, -4);
            model.to(device);

            Tensor a0 = matrix(device, 2, 2, 1, 1, 2, -1);
            Tensor a1 = model.forward(a0);
            assertSame(a0, linear.input());
            holds(place, linear.output(), 4, 0, -1, 1, -1, -7); // Z
            assertSame(linear.output(), relu.input());
            holds(place, relu.output(), 4, 0, 0, 1, 0, 0); // A
            assertSame(a1, relu.output());
            assertSame(a1, model.output());

            // (4 − 1)² + 0 + 0 + (1 − 1)² + 3² + 0 = 18, over 2 · N · C = 12.
            Tensor y = matrix(device, 2, 3, 1, 0, 0, 1, 3, 0);
            holds(place, loss.forward(a1, y), 1.5);
            // (A − Y) / (N · C).
            Tensor dLdA = loss.backward();
            holds(place, dLdA, 0.5, 0, 0, 0, -0.5, 0);

            model.backward(dLdA);
            assertSame(dLdA, relu.outputGradient());
            holds(place, relu.inputGradient(), 0.5, 0, 0, 0, 0, 0); // dLdZ: only Z > 0 lets through
            assertSame(relu.inputGradient(), linear.outputGradient());
            holds(place, linear.weightGradient(), 0.5, 0.5, 0, 0, 0, 0); // dLdW = dLdZᵀ·A0
            holds(place, linear.biasGradient(), 0.5, 0, 0); // dLdb
            holds(place, linear.inputGradient(), 0.5, 1, 0, 0); // dLdA0 = dLdZ·W
            assertSame(linear.inputGradient(), model.inputGradient());
        }
    }
}
