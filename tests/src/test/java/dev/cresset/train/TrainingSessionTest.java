package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.step.Tier;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.nn.MLP;
import dev.cresset.nn.Mode;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.RowOrder;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;

/// A session does the steps of a trainer, however many are asked for at a time.
class TrainingSessionTest {
    private final Dataset data = TinySets.classes(43, 1);

    @ParameterizedTest
    @EveryPlace
    void itsStepsAreTheTrainersBitForBit(Place place) {
        for (Remainder remainder : Remainder.values()) {
            for (RowOrder.Kind order : RowOrder.Kind.values()) {
                List<Double> trained = new ArrayList<>();
                TrainingListener listener = new TrainingListener() {
                    @Override
                    public void onBatch(BatchReport report) {
                        trained.add(report.loss());
                    }
                };
                try (MLP model = model()) {
                    builder(place, model, remainder, order)
                            .epochs(3)
                            .listener(listener)
                            .build()
                            .fit(data);
                }
                try (MLP model = model();
                        TrainingSession session =
                                builder(place, model, remainder, order).session(data)) {
                    double[] losses = new double[trained.size()];
                    int steps = 0;
                    for (int next = 1; steps < losses.length; next++) {
                        int some = Math.min(next, losses.length - steps);
                        session.run(some);
                        System.arraycopy(session.losses(some), 0, losses, steps, some);
                        steps += some;
                        assertEquals(steps, session.steps());
                        assertEquals(losses[steps - 1], session.loss());
                    }
                    assertArrayEquals(
                            trained.stream().mapToDouble(v -> v).toArray(),
                            losses,
                            place + " " + remainder + " " + order);
                }
            }
        }
    }

    @ParameterizedTest
    @EveryPlace
    void theModelIsInTrainingModeWhileItIsOpen(Place place) {
        try (MLP model = model()) {
            model.eval();
            try (TrainingSession session = builder(place, model, Remainder.DROP, RowOrder.Kind.SHUFFLED)
                    .session(data)) {
                assertEquals(Mode.TRAINING, model.mode());
                Refused.with(IllegalStateException.class, session::loss).saying("no step yet");
                session.run(2);
                Refused.with(IllegalArgumentException.class, () -> session.losses(3))
                        .saying("there were 2");
                double[] before = weight(model);
                session.lr(0);
                session.run(5);
                assertArrayEquals(before, weight(model));
            }
            assertEquals(Mode.EVALUATION, model.mode());
        }
    }

    @ParameterizedTest
    @EveryPlace
    void itSaysWhichTierHowManyStepsAtOnceAndWhereTheDataIsAndWhy(Place place) {
        String name = place.device().name();
        boolean gpu = place.device().hasOwnMemory();
        for (Residence residence : Residence.values()) {
            List<StepWay> told = new ArrayList<>();
            TrainingListener listener = new TrainingListener() {
                @Override
                public void onSteps(int rows, StepWay way) {
                    told.add(way);
                }
            };
            try (MLP model = model();
                    TrainingSession session = builder(place, model, Remainder.DROP, RowOrder.Kind.SHUFFLED)
                            .tier(Tier.COMPOSED)
                            .residence(residence)
                            .stepsAtOnce(3)
                            .listener(listener)
                            .session(data)) {
                StepWay way = session.way();
                assertEquals(List.of(way), told);
                boolean onDevice = residence == Residence.DEVICE || residence == Residence.AUTO && gpu;
                assertEquals(Tier.COMPOSED, way.tier());
                assertEquals(3, way.stepsAtOnce());
                assertEquals(onDevice ? Residence.DEVICE : Residence.HOST, way.residence());
                assertEquals(way.description(), session.description());
                String where = onDevice
                        ? "data on " + name
                        : "batches from the host, " + (gpu ? "as was asked for" : "in whose memory " + name + " works");
                assertTrue(
                        way.line().startsWith("composed: up to 3 steps at once, " + where + "; verb by verb"),
                        way.line());
            }
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aSessionThatCannotBeginLeavesTheModelAsItWas(Place place) {
        try (MLP model = model()) {
            model.eval();
            Hyper hyper = Hyper.lr(0.1);
            TrainerBuilder builder = builder(place, model, Remainder.DROP, RowOrder.Kind.SHUFFLED)
                    .optimizer(hyper, Map.of(name -> name.equals("nope"), hyper));
            assertThrows(IllegalArgumentException.class, () -> builder.session(data));
            assertEquals(Mode.EVALUATION, model.mode());
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aTierThatDoesNotFitIsRefusedBeforeTheSessionBegins(Place place) {
        try (MLP model = model()) {
            model.to(place.device()).eval();
            double[] before = weight(model);
            TrainerBuilder builder = builder(place, model, Remainder.KEEP, RowOrder.Kind.SHUFFLED)
                    .tier(Tier.FUSED)
                    .residence(Residence.HOST);
            Refused.with(IllegalArgumentException.class, () -> builder.session(data))
                    .saying("The tier fused was asked for, but does not fit", "The tier auto takes what fits.");
            assertEquals(Mode.EVALUATION, model.mode());
            assertArrayEquals(before, weight(model));
            // Nothing is left of it that would be in the way of another one.
            try (TrainingSession session = builder.tier(Tier.AUTO).session(data)) {
                session.run(1);
            }
        }
    }

    private static double[] weight(MLP model) {
        return model.parameters().byName().get("0.weight").value().toArray();
    }

    private static MLP model() {
        return MLP.builder(3, 8, 2).batchNorm().seed(1).build();
    }

    private static TrainerBuilder builder(Place place, MLP model, Remainder remainder, RowOrder.Kind order) {
        return Trainer.builder(model, new CrossEntropyLoss())
                .device(place.device())
                .optimizer(Hyper.lr(0.1).withMomentum(0.9))
                .batchSize(8)
                .remainder(remainder)
                .order(order)
                .seed(4);
    }
}
