package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Refused;
import org.junit.jupiter.api.Test;

/// A layer never computes on memory that it is about to overwrite, and a model never moves without being told.
class OwnTensorsTest {
    private final Tensor x = Device.reference().tensor(new double[][] {{1, 2, 3}, {4, 5, 6}});

    @Test
    void aLayerRefusesItsOwnOutputAsItsInput() {
        Linear linear = new Linear(3, 3);
        Tensor once = linear.forward(x);
        double[] before = once.toArray();
        Refused.with(IllegalArgumentException.class, () -> linear.forward(once)).saying("Linear (3 → 3)", "own output");
        assertArrayEquals(before, once.toArray());
        assertEquals(2, linear.forward(copyOf(once)).rows());
    }

    @Test
    void aLayerRefusesItsOwnInputGradientAsItsOutputGradient() {
        GELU gelu = new GELU();
        gelu.forward(x);
        Tensor once = gelu.backward(x);
        Refused.with(IllegalArgumentException.class, () -> gelu.backward(once)).saying("GELU", "own input gradient");
    }

    @Test
    void theInputGradientThatWasLeftOutIsNotAnOldOne() {
        Sequential model = new Sequential(new Linear(3, 3), new ReLU());
        model.forward(x);
        model.backward(x);
        model.backwardParameters(x);
        Refused.with(IllegalStateException.class, model::inputGradient).saying("no input gradient");
    }

    @Test
    void aModelIsWhereItsLayersAre() {
        try (Device device = Device.cpu(Precision.FP64)) {
            Linear first = new Linear(2, 3).to(device);
            Linear second = new Linear(3, 2).to(device);
            Sequential model = new Sequential(first, second);
            assertSame(device, model.device());
            model.parameters();
            assertSame(device, first.device());
        }
    }

    @Test
    void aModelOfLayersOnTwoDevicesIsRefused() {
        try (Device device = Device.cpu(Precision.FP64)) {
            Linear first = new Linear(2, 3).to(device);
            Linear second = new Linear(3, 2);
            Refused.with(IllegalArgumentException.class, () -> new Sequential(first, second))
                    .saying("Linear (3 → 2)", "cpu/FP64", "reference/FP64");
        }
    }

    @Test
    void aMoveThatFailsLeavesTheModelWhereItWas() {
        try (Device device = Device.cpu(Precision.FP64)) {
            Device closed = Device.cpu(Precision.FP64);
            closed.close();
            Sequential model = new Sequential(new Linear(3, 3), new ReLU());
            double[] before = model.forward(x).toArray();
            Refused.with(IllegalStateException.class, () -> model.to(closed)).saying("closed");
            assertArrayEquals(before, model.forward(x).toArray());
            assertSame(device, model.to(device).device());
        }
    }

    @Test
    void aModeForAWhileGivesEachPartItsOwnModeBack() {
        BatchNorm1d frozen = new BatchNorm1d(3);
        Sequential model = new Sequential(new Linear(3, 3), frozen);
        frozen.eval();
        try (Layer.Within _ = model.within(Mode.TRAINING)) {
            assertEquals(Mode.TRAINING, frozen.mode());
        }
        assertEquals(Mode.EVALUATION, frozen.mode());
        assertEquals(Mode.TRAINING, model.mode());
    }

    private static Tensor copyOf(Tensor tensor) {
        return Device.reference().tensor(tensor.toRows());
    }
}
