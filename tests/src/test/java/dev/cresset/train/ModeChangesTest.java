package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.cresset.backend.step.Tier;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Dropout;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.Hyper;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/// A part that changes its mode in the middle of a run changes the run, whether or not steps are recorded.
class ModeChangesTest {
    @ParameterizedTest
    @EveryPlace
    void dropoutThatAListenerTurnsOffIsOffInTheNextStep(Place place) {
        double[] turnedOff = losses(place, new Dropout(0.5, 3));
        double[] without = losses(place, new Dropout(0, 3));
        assertNotEquals(without[0], turnedOff[0]);
        assertNotEquals(without[1], turnedOff[1]);
        assertArrayEquals(Arrays.copyOfRange(without, 2, 5), Arrays.copyOfRange(turnedOff, 2, 5));
    }

    /// In the modes that a way of the steps was chosen for it is taken, and again when they come back.
    @ParameterizedTest
    @EveryPlace
    void theWayOfTheStepsIsChosenAnewWhenAModeChanges(Place place) {
        List<Tier> told = new ArrayList<>();
        BatchNorm1d normalize = new BatchNorm1d(20);
        try (Sequential model = new Sequential(new Linear(3, 20, 1), normalize, new ReLU(), new Linear(20, 2, 2));
                Loss loss = new CrossEntropyLoss()) {
            TrainingListener changes = new TrainingListener() {
                private int batches;

                @Override
                public void onSteps(int rows, StepWay way) {
                    told.add(way.tier());
                }

                @Override
                public void onBatch(BatchReport report) {
                    batches++;
                    if (batches == 2) {
                        normalize.eval();
                    } else if (batches == 4) {
                        normalize.train();
                    }
                }
            };
            Trainer.builder(model, loss)
                    .device(place.device())
                    .epochs(1)
                    .batchSize(10)
                    .stepsAtOnce(1)
                    .listener(changes)
                    .build()
                    .fit(TinySets.classes(90, 1));
        }
        Tier whole = place == Place.CUDA_FP32 ? Tier.FUSED : Tier.COMPOSED;
        assertEquals(List.of(whole, Tier.COMPOSED, whole), told);
    }

    /// Losses of five batches with a learning rate of 0; after the second, dropout is put into evaluation mode.
    private static double[] losses(Place place, Dropout dropout) {
        List<Double> losses = new ArrayList<>();
        try (Sequential model = new Sequential(new Linear(3, 50, 1), dropout, new Linear(50, 2, 2));
                Loss loss = new CrossEntropyLoss()) {
            TrainingListener turnOff = new TrainingListener() {
                @Override
                public void onBatch(BatchReport report) {
                    losses.add(report.loss());
                    if (losses.size() == 2) {
                        dropout.eval();
                    }
                }
            };
            Trainer.builder(model, loss)
                    .device(place.device())
                    .optimizer(Hyper.lr(0))
                    .epochs(1)
                    .batchSize(10)
                    .seed(1)
                    .stepsAtOnce(1)
                    .listener(turnOff)
                    .build()
                    .fit(TinySets.classes(50, 1));
        }
        return losses.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
