package dev.cresset.loss;

import static dev.cresset.verify.Numbers.holds;
import static dev.cresset.verify.Numbers.matrix;

import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Device;
import dev.cresset.backend.Reduction;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// What a loss refuses, and with which words.
class LossRefusalsTest {
    private final Device device = Device.reference();

    @Test
    void backwardBeforeForwardIsRefused() {
        try (Loss loss = new MSELoss()) {
            Refused.with(IllegalStateException.class, loss::backward)
                    .saying("MSELoss(MEAN)", "has not computed anything yet", "call forward first");
            Refused.with(IllegalStateException.class, loss::value).saying("call forward first");
        }
    }

    @Test
    void aTargetOfAnotherShapeIsRefusedWithBothShapes() {
        try (Loss squared = new MSELoss();
                Loss indices = new CrossEntropyLoss();
                Loss rows = new CrossEntropyLoss(Targets.PROBABILITIES, Reduction.SUM)) {
            Tensor prediction = device.tensor(4, 3);
            Refused.with(ShapeException.class, () -> squared.forward(prediction, device.tensor(4, 1)))
                    .saying("MSELoss", "prediction of 4×3", "should be 4×3, found 4×1: give one number for each");
            Refused.with(ShapeException.class, () -> indices.forward(prediction, device.tensor(4, 3)))
                    .saying(
                            "CrossEntropyLoss",
                            "should be 4×1, found 4×3",
                            "class, or, for one-hot",
                            "Targets.PROBABILITIES");
            Refused.with(ShapeException.class, () -> rows.forward(prediction, device.tensor(3, 3)))
                    .saying("CrossEntropyLoss", "should be 4×3, found 3×3: give each row", "Targets.CLASS_INDICES");
        }
    }

    @Test
    void aTargetOnAnotherDeviceIsRefused() {
        try (Loss loss = new MSELoss()) {
            Tensor elsewhere = Place.CPU_FP32.device().tensor(1, 1);
            Refused.with(IllegalArgumentException.class, () -> loss.forward(device.tensor(1, 1), elsewhere))
                    .saying("prediction is on reference/FP64", "target on cpu/FP32");
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aLabelThatIsNoClassIsRefusedWithItsRow(Place place) {
        Device here = place.device();
        for (double label : new double[] {3, -1, 0.5, Double.NaN}) {
            try (Loss loss = new CrossEntropyLoss()) {
                if (!place.looksAtTargets()) {
                    holds(place, loss.forward(here.tensor(2, 3), matrix(here, 2, 1, 1, label)), Double.NaN);
                    continue;
                }
                Refused.with(
                                IllegalArgumentException.class,
                                () -> loss.forward(here.tensor(2, 3), matrix(here, 2, 1, 1, label)))
                        .saying("target of row 1", "class number from 0 to 2");
            }
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aRefusedLabelLeavesTheLastGradientAsItWas(Place place) {
        Device here = place.device();
        try (Loss loss = new CrossEntropyLoss(Targets.CLASS_INDICES, Reduction.SUM)) {
            Tensor gradient = loss.forwardBackward(here.tensor(1, 2), matrix(here, 1, 1, 0));
            if (!place.looksAtTargets()) {
                // Such a device says it with the numbers, since to look at the target would be to wait.
                gradient = loss.forwardBackward(matrix(here, 1, 2, 3, 4), matrix(here, 1, 1, 7));
                holds(place, gradient, Double.NaN, Double.NaN);
                return;
            }
            Refused.with(
                    IllegalArgumentException.class,
                    () -> loss.forwardBackward(matrix(here, 1, 2, 3, 4), matrix(here, 1, 1, 7)));
            holds(place, gradient, -0.5, 0.5);
        }
    }

    @Test
    void badOptionsAreRefused() {
        Refused.with(IllegalArgumentException.class, () -> new CrossEntropyLoss().withLabelSmoothing(1.5))
                .saying("Label smoothing lies in 0 .. 1, found 1.5");
        Refused.with(IllegalArgumentException.class, () -> new CrossEntropyLoss().withClassWeights(1, -1))
                .saying("class weights are 0 or more");
        Refused.with(IllegalArgumentException.class, () -> new SmoothL1Loss(0, Reduction.MEAN))
                .saying("beta above 0", "found 0.0");
        try (Loss loss = new CrossEntropyLoss().withClassWeights(1, 2)) {
            Refused.with(ShapeException.class, () -> loss.forward(device.tensor(1, 3), device.tensor(1, 1)))
                    .saying("2 class weights", "3 columns");
        }
    }

    @Test
    void aClosedLossCanBeUsedAgain() {
        Loss loss = new MSELoss(Reduction.SUM);
        loss.forward(matrix(device, 1, 1, 2), matrix(device, 1, 1, 5));
        loss.close();
        Refused.with(IllegalStateException.class, loss::backward).saying("call forward first");
        holds(0, loss.forward(matrix(device, 1, 1, 2), matrix(device, 1, 1, 5)), 9);
        loss.close();
    }

    @Test
    @Tag("device")
    void oneLossServesSeveralDevicesOneAfterTheOther() {
        try (Loss loss = new CrossEntropyLoss().withClassWeights(1, 1)) {
            for (Place place : Place.here().toList()) {
                Device here = place.device();
                holds(place, loss.forward(here.tensor(1, 2), here.tensor(1, 1)), Math.log(2));
            }
        }
    }
}
