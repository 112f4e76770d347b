package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Numbers;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// A model goes from device to device with everything that it has learned, and whoever still holds its old
/// memory is told.
class MovingTest {
    private final Device reference = Device.reference();
    private final Device cpu = Place.CPU_FP64.device();

    @Test
    void numbersStatisticsAndDrawsMoveAlong() {
        try (Sequential model =
                new Sequential(new Linear(3, 2, 1), new BatchNorm1d(2), new Dropout(0.5, 7), new Linear(2, 2, 2))) {
            for (int i = 0; i < 3; i++) {
                model.forward(Numbers.normal(reference, 4, 3, i));
            }
            BatchNorm1d norm = (BatchNorm1d) model.layer(1);
            Linear first = (Linear) model.layer(0);
            double[] weight = first.weight().value().toArray();
            double[] mean = norm.runningMean().value().toArray();
            double[] variance = norm.runningVariance().value().toArray();

            assertSame(model, model.to(cpu));
            assertSame(cpu, model.device());
            assertSame(cpu, norm.device());
            assertArrayEquals(weight, first.weight().value().toArray());
            assertArrayEquals(mean, norm.runningMean().value().toArray());
            assertArrayEquals(variance, norm.runningVariance().value().toArray());
            assertEquals(3, model.counters().getFirst().value());
            assertSame(cpu, model.counters().getFirst().owner());
        }
    }

    @Test
    void aMovedModelGoesOnAsIfItHadStayed() {
        try (Sequential stays = dropping();
                Sequential moves = dropping()) {
            stays.forward(Numbers.normal(reference, 4, 3, 1));
            moves.forward(Numbers.normal(reference, 4, 3, 1));
            moves.to(cpu);
            // The same masks, and sums of three products in another order at most.
            Numbers.holds(
                    Place.CPU_FP64,
                    moves.forward(Numbers.normal(cpu, 4, 3, 2)),
                    stays.forward(Numbers.normal(reference, 4, 3, 2)).toArray());
        }
    }

    @Test
    void thereAndBackChangesNoBit() {
        try (Sequential model = dropping()) {
            double[] before =
                    model.parameters().byName().get("0.weight").value().toArray();
            model.to(cpu).to(reference);
            assertArrayEquals(
                    before, model.parameters().byName().get("0.weight").value().toArray());
        }
    }

    @Test
    void float32KeepsTheNearestNumbers() {
        try (Linear linear = new Linear(2, 2)) {
            linear.weight().set(0.1, 1e-3, -2.5, 1.0 / 3);
            linear.to(Place.CPU_FP32.device());
            Numbers.holds(0, linear.weight().value(), 0.1f, 1e-3f, -2.5, 1f / 3);
        }
    }

    @Test
    void anOptimizerOfTheOldMemoryIsRefused() {
        try (Sequential model = dropping();
                SGD sgd = new SGD(model.parameters(), Hyper.lr(0.1))) {
            sgd.step();
            model.to(cpu);
            Refused.with(ClosedException.class, sgd::step).saying("has been moved", "call parameters() again");
        }
    }

    @Test
    void anOptimizerNoticesThatAChildWasTakenOutOfItsModel() {
        try (Sequential model = dropping();
                SGD sgd = new SGD(model.parameters(), Hyper.lr(0.1))) {
            model.layer(0).parameters();
            Refused.with(ClosedException.class, sgd::step).saying("call parameters() again");
        }
    }

    @Test
    void anOptimizerNoticesThatItsModelJoinedALargerOne() {
        Sequential model = dropping();
        try (SGD sgd = new SGD(model.parameters(), Hyper.lr(0.1));
                Sequential larger = new Sequential(model, new Linear(2, 1))) {
            larger.parameters();
            Refused.with(ClosedException.class, sgd::step).saying("joined to another");
        }
    }

    @Test
    void aModelGathersAChildThatWasTakenOut() {
        try (Sequential model = dropping()) {
            model.parameters();
            ((Linear) model.layer(0)).to(reference).weight().set(1, 2, 3, 4, 5, 6);
            Numbers.holds(0, model.parameters().byName().get("0.weight").value(), 1, 2, 3, 4, 5, 6);
            try (SGD sgd = new SGD(model.parameters(), Hyper.lr(1))) {
                ((Linear) model.layer(0)).weightGradient().write(1, 1, 1, 1, 1, 1);
                sgd.step();
            }
            Numbers.holds(0, ((Linear) model.layer(0)).weight().value(), 0, 1, 2, 3, 4, 5);
        }
    }

    @Test
    void aChildOnAnotherDeviceThanItsModelIsRefused() {
        try (Sequential model = dropping()) {
            ((Linear) model.layer(0)).to(cpu);
            Refused.with(IllegalArgumentException.class, () -> model.forward(reference.tensor(4, 3)))
                    .saying("reference/FP64", "cpu/FP64");
        }
    }

    @Test
    void tensorsOfTheOldPlaceSayThatTheyAreGone() {
        try (Sequential model = dropping().to(cpu)) {
            Tensor weight = model.parameters().byName().get("0.weight").value();
            Tensor output = model.forward(Numbers.normal(cpu, 4, 3, 1));
            model.to(reference);
            Refused.with(ClosedException.class, weight::toArray);
            Refused.with(ClosedException.class, output::toArray);
            Refused.with(IllegalStateException.class, model::output).saying("call forward first");
        }
    }

    @Test
    void nothingCanBeMovedToAClosedDeviceAndTheModelStaysUsable() {
        Device closed = Device.cpu(Precision.FP64);
        closed.close();
        try (Sequential model = dropping()) {
            double[] before =
                    model.parameters().byName().get("0.weight").value().toArray();
            Refused.with(ClosedException.class, () -> model.to(closed))
                    .saying("Cannot place Sequential on cpu/FP64: the device has been closed");
            assertSame(reference, model.device());
            assertArrayEquals(
                    before, model.parameters().byName().get("0.weight").value().toArray());
            model.forward(reference.tensor(4, 3));
        }
    }

    @Test
    void aModelWhoseDeviceWasClosedSaysSoWhateverIsAskedOfIt() {
        Device gone = Device.cpu(Precision.FP64);
        Sequential model = dropping().to(gone);
        Tensor x = gone.tensor(4, 3);
        model.forward(x);
        gone.close();
        Executable[] uses = {
            () -> model.to(reference), () -> model.forward(x), () -> model.forward(reference.tensor(4, 3))
        };
        for (Executable use : uses) {
            Refused.with(ClosedException.class, use)
                    .saying("Sequential is on cpu/FP64, which has been closed", "move it with to(device), before");
        }
        model.close();
    }

    private static Sequential dropping() {
        return new Sequential(new Linear(3, 2, 1), new Dropout(0.5, 7), new Linear(2, 2, 2));
    }
}
