package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.step.Tier;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Dropout;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.Hyper;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/// Where the data is and how many steps are submitted at once changes nothing about a run, to the bit.
class ResidentTrainingTest {
    private static final int BATCH = 8;

    private record Trained(List<Double> losses, double[] weights) {}

    @ParameterizedTest
    @EveryPlace
    void stepsTogetherOnResidentDataAreTheStepsOneByOneFromTheHost(Place place) {
        // 10 whole batches and one of 3 rows; and without it.
        for (Remainder remainder : Remainder.values()) {
            Trained host = train(place, Residence.HOST, 1, remainder, new CrossEntropyLoss());
            for (int together : new int[] {1, 2, 7, 100}) {
                Trained resident = train(place, Residence.DEVICE, together, remainder, new CrossEntropyLoss());
                assertEquals(host.losses, resident.losses, remainder + ", " + together + " at once");
                assertArrayEquals(host.weights, resident.weights);
            }
        }
    }

    @ParameterizedTest
    @EveryPlace
    void classesAreWrittenOutForALossThatComparesRows(Place place) {
        Trained host = train(place, Residence.HOST, 1, Remainder.KEEP, new MSELoss());
        Trained resident = train(place, Residence.DEVICE, 4, Remainder.KEEP, new MSELoss());
        assertEquals(host.losses, resident.losses);
        assertArrayEquals(host.weights, resident.weights);
    }

    @ParameterizedTest
    @EveryPlace
    void aTierThatDoesNotFitIsRefusedWithTheReason(Place place) {
        Dataset data = TinySets.classes(20, 1);
        try (Sequential model = new Sequential(new Linear(3, 4, 1), new Dropout(0.5, 3), new Linear(4, 2, 2));
                Loss loss = new CrossEntropyLoss()) {
            Trainer trainer = Trainer.builder(model, loss)
                    .device(place.device())
                    .tier(Tier.TINY)
                    .residence(Residence.DEVICE)
                    .build();
            Refused.with(IllegalArgumentException.class, () -> trainer.fit(data))
                    .saying("The tier tiny was asked for, but does not fit", "The tier auto");
        }
    }

    private static Trained train(Place place, Residence residence, int together, Remainder remainder, Loss loss) {
        List<Double> losses = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onBatch(BatchReport report) {
                losses.add(report.loss());
                assertEquals((losses.size() - 1) % report.batches() + 1, report.batch());
                assertEquals(report.batch() == 11 ? 3 : BATCH, report.rows());
            }

            @Override
            public void onEpoch(EpochReport report) {
                assertEquals(0, losses.size() % (remainder == Remainder.KEEP ? 11 : 10));
            }
        };
        try (Sequential model = new Sequential(
                        new Linear(3, 6, 1),
                        new BatchNorm1d(6),
                        new ReLU(),
                        new Dropout(0.25, 3),
                        new Linear(6, 2, 2));
                loss) {
            Trainer.builder(model, loss)
                    .device(place.device())
                    .optimizer(Hyper.lr(0.05).withMomentum(0.9))
                    .epochs(3)
                    .batchSize(BATCH)
                    .seed(1)
                    .remainder(remainder)
                    .tier(Tier.COMPOSED)
                    .residence(residence)
                    .stepsAtOnce(together)
                    .listener(listener)
                    .build()
                    .fit(TinySets.classes(83, 1));
            assertTrue(losses.stream().allMatch(Double::isFinite));
            return new Trained(
                    losses, model.parameters().byName().get("0.weight").value().toArray());
        }
    }
}
