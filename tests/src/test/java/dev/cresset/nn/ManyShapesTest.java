package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device;
import dev.cresset.backend.Rooms;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Numbers;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/// A layer keeps its outputs for the batch shapes that it met lately, and no more.
class ManyShapesTest {
    @ParameterizedTest
    @EveryPlace
    void outputsStayValidOverAsManyShapesAsAreKept(Place place) {
        Device device = place.device();
        try (Sequential model = new Sequential(new Linear(3, 2, 1), new Tanh()).to(device)) {
            List<Tensor> outputs = new ArrayList<>();
            List<double[]> copies = new ArrayList<>();
            for (int rows = 1; rows <= Rooms.KEPT; rows++) {
                Tensor output = model.forward(Numbers.normal(device, rows, 3, rows));
                outputs.add(output);
                copies.add(output.toArray());
            }
            for (int i = 0; i < Rooms.KEPT; i++) {
                assertArrayEquals(copies.get(i), outputs.get(i).toArray());
            }
        }
    }

    @ParameterizedTest
    @EveryPlace
    void theShapeUnusedForLongestMakesRoomForANewOne(Place place) {
        Device device = place.device();
        try (Linear linear = new Linear(3, 2, 1).to(device)) {
            Tensor first = linear.forward(device.tensor(1, 3));
            Tensor second = linear.forward(device.tensor(2, 3));
            for (int rows = 3; rows <= Rooms.KEPT; rows++) {
                linear.forward(device.tensor(rows, 3));
            }
            assertSame(first, linear.forward(device.tensor(1, 3)));
            linear.forward(device.tensor(Rooms.KEPT + 1, 3));
            Refused.with(ClosedException.class, second::toArray);
            first.toArray();
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aBatchOfTheSameShapeOverwritesTheLastOutput(Place place) {
        Device device = place.device();
        try (Linear linear = new Linear(1, 1).to(device)) {
            linear.weight().set(2);
            linear.bias().set(0);
            Tensor first = linear.forward(Numbers.matrix(device, 1, 1, 3));
            assertSame(first, linear.forward(Numbers.matrix(device, 1, 1, 5)));
            Numbers.holds(0, first, 10);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void backwardBelongsToTheLastForwardWhateverCameBetween(Place place) {
        Device device = place.device();
        try (Linear linear = new Linear(1, 1).to(device)) {
            linear.forward(Numbers.matrix(device, 2, 1, 1, 2));
            linear.forward(Numbers.matrix(device, 3, 1, 1, 2, 3));
            linear.forward(Numbers.matrix(device, 2, 1, 10, 20));
            linear.backward(Numbers.matrix(device, 2, 1, 1, 1));
            Numbers.holds(0, linear.weightGradient(), 30);
        }
    }

    @ParameterizedTest
    @EveryPlace
    void anEmptyBatchGivesAnEmptyOutputAndGradientsOfZero(Place place) {
        Device device = place.device();
        try (Sequential model =
                new Sequential(new Linear(3, 2, 1), new Softmax(), new Dropout(0.5, 1), new GELU()).to(device)) {
            model.forward(Numbers.normal(device, 4, 3, 1));
            model.backward(Numbers.normal(device, 4, 2, 2));
            assertEquals("0×2", model.forward(device.tensor(0, 3)).shape());
            assertEquals("0×3", model.backward(device.tensor(0, 2)).shape());
            Numbers.holds(0, ((Linear) model.layer(0)).weightGradient(), new double[6]);
            Numbers.holds(0, ((Linear) model.layer(0)).biasGradient(), new double[2]);
        }
    }
}
