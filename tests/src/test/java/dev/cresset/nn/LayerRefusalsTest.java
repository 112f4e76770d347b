package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Numbers;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// What a layer refuses, and with which words; nothing is overwritten then.
class LayerRefusalsTest {
    private final Device device = Device.reference();

    @Test
    void anInputOfTheWrongWidthNamesTheLayerAndBothWidths() {
        try (Sequential model = new Sequential(new Linear(4, 3), new ReLU(), new Linear(3, 2))) {
            Refused.with(ShapeException.class, () -> model.forward(device.tensor(5, 7)))
                    .saying("Linear '0' (4 → 3)", "should have 4 columns, found 7");
        }
        try (Sequential model = new Sequential(new Linear(4, 3), new Linear(2, 2))) {
            Refused.with(ShapeException.class, () -> model.forward(device.tensor(5, 4)))
                    .saying("Linear '1' (2 → 2)", "should have 2 columns, found 3");
        }
        try (Sequential model = new Sequential(new Linear(4, 3), new BatchNorm1d(2))) {
            Refused.with(ShapeException.class, () -> model.forward(device.tensor(5, 4)))
                    .saying("BatchNorm1d '1' (2)", "should have 2 columns, found 3");
        }
    }

    @Test
    void aRefusedInputLeavesTheLastOutputAndItsBackwardPassUsable() {
        try (Linear linear = new Linear(2, 2, 3)) {
            Tensor output = linear.forward(Numbers.normal(device, 3, 2, 1));
            double[] before = output.toArray();
            Refused.with(ShapeException.class, () -> linear.forward(device.tensor(3, 5)));
            assertArrayEquals(before, linear.output().toArray());
            linear.backward(Numbers.normal(device, 3, 2, 2));
        }
    }

    @Test
    void backwardBeforeForwardIsRefused() {
        try (Sequential model = new Sequential(new Linear(2, 2))) {
            Refused.with(IllegalStateException.class, () -> model.backward(device.tensor(1, 2)))
                    .saying("Sequential has not computed anything yet: call forward first");
            Refused.with(IllegalStateException.class, () -> model.layer(0).output())
                    .saying("Linear '0' (2 → 2)", "call forward first");
        }
    }

    @Test
    void gradientsCannotBeReadBeforeBackward() {
        try (Linear linear = new Linear(2, 2)) {
            linear.forward(device.tensor(1, 2));
            Refused.with(IllegalStateException.class, linear::inputGradient)
                    .saying("no input gradient yet", "call backward first");
            linear.backward(device.tensor(1, 2));
            linear.inputGradient();
            linear.forward(device.tensor(1, 2));
            Refused.with(IllegalStateException.class, linear::outputGradient).saying("call backward first");
        }
    }

    @Test
    void anOutputGradientOfTheWrongShapeIsRefused() {
        try (Linear linear = new Linear(2, 3)) {
            linear.forward(device.tensor(4, 2));
            Refused.with(ShapeException.class, () -> linear.backward(device.tensor(4, 2)))
                    .saying(
                            "Linear (2 → 3)",
                            "output gradient should be 4×3",
                            "found 4×2: give what backward of the loss");
            Refused.with(ShapeException.class, () -> linear.backwardParameters(device.tensor(3, 3)))
                    .saying("found 3×3");
        }
    }

    @Test
    void tensorsOfAnotherDeviceAreRefusedWithBothDevices() {
        Device other = Place.CPU_FP32.device();
        try (Linear linear = new Linear(2, 2)) {
            Refused.with(IllegalArgumentException.class, () -> linear.forward(other.tensor(1, 2)))
                    .saying("Linear (2 → 2) is on reference/FP64", "its input (1×2) is on cpu/FP32", "to(device)");
            linear.forward(device.tensor(1, 2));
            Refused.with(IllegalArgumentException.class, () -> linear.backward(other.tensor(1, 2)))
                    .saying("its output gradient", "cpu/FP32");
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aClosedLayerSaysSoToEverything(Place place) {
        Device here = place.device();
        Sequential model = new Sequential(new Linear(2, 2), new Tanh()).to(here);
        Tensor x = here.tensor(1, 2);
        Tensor output = model.forward(x);
        model.close();
        model.close();
        Refused.with(ClosedException.class, () -> model.forward(x)).saying("Sequential has been closed");
        Refused.with(ClosedException.class, () -> model.backward(x)).saying("has been closed");
        Refused.with(ClosedException.class, model::parameters).saying("has been closed");
        Refused.with(ClosedException.class, () -> model.to(device)).saying("has been closed");
        Refused.with(ClosedException.class, () -> model.layer(0).forward(x)).saying("Linear '0' (2 → 2) has been");
        Refused.with(ClosedException.class, output::toArray);
    }

    @Test
    void aModelOnAClosedDeviceSaysThatTheDeviceIsClosed() {
        Device closing = Device.cpu(Precision.FP32);
        try (Sequential model = new Sequential(new Linear(2, 2), new Tanh()).to(closing)) {
            Tensor x = closing.tensor(1, 2);
            model.forward(x);
            closing.close();
            Refused.with(ClosedException.class, () -> model.forward(x)).saying("cpu/FP32", "has been closed");
            Refused.with(ClosedException.class, () -> model.backward(x)).saying("has been closed");
            Refused.with(ClosedException.class, x::toArray);
            Refused.with(ClosedException.class, () -> closing.tensor(1, 1));
        }
    }

    @Test
    void sizesBelowOneAreRefused() {
        Refused.with(ShapeException.class, () -> new Linear(-1, 2)).saying("1 or more", "found -1 → 2");
        Refused.with(ShapeException.class, () -> new Linear(2, 0)).saying("found 2 → 0");
        Refused.with(ShapeException.class, () -> new BatchNorm1d(0)).saying("found 0");
        Refused.with(ShapeException.class, () -> MLP.builder(4, -3, 2)).saying("[4, -3, 2]");
        Refused.with(ShapeException.class, () -> MLP.builder(4)).saying("all 1 or more");
        Refused.with(ShapeException.class, () -> device.tensor(-1, 2)).saying("-1×2", "0 or more");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        Refused.with(IllegalArgumentException.class, () -> new Dropout(1, 0)).saying("[0, 1)", "found 1.0");
        Refused.with(IllegalArgumentException.class, () -> new Dropout(Double.NaN, 0))
                .saying("found NaN");
        Refused.with(IllegalArgumentException.class, () -> new BatchNorm1d(2, 1.5, 1e-5, RunningVariance.BIASED))
                .saying("keep 1.5");
        Refused.with(IllegalArgumentException.class, () -> new BatchNorm1d(2, 0.9, 0, RunningVariance.BIASED))
                .saying("epsilon 0.0");
        Refused.with(IllegalArgumentException.class, () -> new LeakyReLU(Double.NaN))
                .saying("finite");
        try (Linear linear = new Linear(2, 2)) {
            Refused.with(ShapeException.class, () -> linear.weight().set(1, 2, 3))
                    .saying("weight is 2×2 and takes 4 numbers, 3 were given");
        }
    }
}
