package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cresset.backend.Device;
import dev.cresset.backend.Recording;
import dev.cresset.backend.Rooms;
import dev.cresset.backend.Slot;
import dev.cresset.data.Batches;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.MLP;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;

/// Training from a stream of batches gives what the trainer gives, bit for bit.
class StreamedFeedTest {
    private static final Dataset DATA = TinySets.classes(37, 1);
    private static final int EPOCHS = 6;
    private static final int BATCH = 8;
    private static final Hyper HYPER = Hyper.lr(0.1).withMomentum(0.9);

    /// Whether the loss is read after each step, which waits for the device.
    private enum Reading {
        EACH_STEP,
        AT_THE_END
    }

    @ParameterizedTest
    @EveryPlace
    void recordedStepsOnAStreamGiveTheTrainersLossesAndWeights(Place place) {
        List<Double> losses = new ArrayList<>();
        double[] expected = trained(place.device(), new CrossEntropyLoss(), losses);
        List<Double> streamed = new ArrayList<>();
        assertArrayEquals(expected, streamed(place.device(), new CrossEntropyLoss(), streamed, Reading.EACH_STEP));
        assertEquals(losses, streamed);
        assertEquals(EPOCHS * 5, losses.size());
        streamed.clear();
        assertArrayEquals(expected, streamed(place.device(), new CrossEntropyLoss(), streamed, Reading.AT_THE_END));
        assertEquals(losses.subList(losses.size() - 1, losses.size()), streamed);
    }

    @ParameterizedTest
    @EveryPlace
    void classNumbersAreWrittenOutAsRowsForALossThatComparesRows(Place place) {
        Supplier<Loss> loss = MSELoss::new;
        List<Double> losses = new ArrayList<>();
        double[] expected = trained(place.device(), loss.get(), losses);
        List<Double> streamed = new ArrayList<>();
        assertArrayEquals(expected, streamed(place.device(), loss.get(), streamed, Reading.EACH_STEP));
        assertEquals(losses, streamed);
    }

    @ParameterizedTest
    @EveryPlace
    void aStreamThatBeginsAtALaterEpochGivesThatEpochsBatches(Place place) {
        Batches batches = batches();
        try (Loss loss = new CrossEntropyLoss();
                StreamedFeed stream = new StreamedFeed(batches(), loss, place.device(), 3, 5)) {
            for (int epoch = 3; epoch < 5; epoch++) {
                batches.epoch(epoch);
                for (int b = 0; b < batches.count(); b++) {
                    double[] x = new double[BATCH * 3];
                    double[] y = new double[BATCH];
                    batches.copy(b, x, y);
                    try (Slot slot = stream.next()) {
                        assertEquals(batches.rows(b), slot.rows());
                        assertArrayEquals(
                                Arrays.copyOf(x, slot.rows() * 3), slot.x().toArray(), 1e-6);
                        assertArrayEquals(
                                Arrays.copyOf(y, slot.rows()), slot.target().toArray());
                    }
                }
            }
            assertNull(stream.next());
        }
    }

    @ParameterizedTest
    @EveryPlace
    void aLossThatDoesNotFitTheDataIsRefusedAndNoStreamIsOpened(Place place) {
        Dataset data = Dataset.regression(new double[][] {{1, 2}, {3, 4}}, new double[][] {{1, 2}, {3, 4}});
        Batches batches = new Batches(data, 2, 1, Remainder.KEEP);
        try (Loss loss = new CrossEntropyLoss()) {
            assertThrows(ShapeException.class, () -> new StreamedFeed(batches, loss, place.device(), 0, 1));
        }
    }

    private static Batches batches() {
        return new Batches(DATA, BATCH, 5, Remainder.KEEP);
    }

    private static double[] trained(Device device, Loss loss, List<Double> losses) {
        try (loss;
                MLP model = TinySets.classifier(3)) {
            Trainer.builder(model, loss)
                    .device(device)
                    .optimizer(HYPER)
                    .epochs(EPOCHS)
                    .batchSize(BATCH)
                    .seed(5)
                    .listener(new TrainingListener() {
                        @Override
                        public void onBatch(BatchReport report) {
                            losses.add(report.loss());
                        }
                    })
                    .build()
                    .fit(DATA);
            return weights(model);
        }
    }

    private static double[] streamed(Device device, Loss loss, List<Double> losses, Reading reading) {
        try (loss;
                MLP model = TinySets.classifier(3).to(device);
                SGD optimizer = new SGD(model.parameters(), HYPER);
                Steps steps = new Steps(model, loss, optimizer);
                StreamedFeed stream = new StreamedFeed(batches(), loss, device, 0, EPOCHS)) {
            model.train();
            Tensor last = null;
            for (Slot slot = stream.next(); slot != null; slot = stream.next()) {
                try (Slot taken = slot) {
                    last = steps.run(taken);
                }
                if (reading == Reading.EACH_STEP) {
                    losses.add(last.item());
                }
            }
            if (reading == Reading.AT_THE_END) {
                losses.add(last.item());
            }
            return weights(model);
        }
    }

    private static double[] weights(MLP model) {
        return model.parameters().byName().values().stream()
                .flatMapToDouble(parameter -> Arrays.stream(parameter.value().toArray()))
                .toArray();
    }

    /// One recording for each slot and number of rows, as a trainer would have them.
    private static final class Steps implements AutoCloseable {
        private record Step(Recording recording, Tensor loss) {}

        private final MLP model;
        private final Loss loss;
        private final SGD optimizer;
        private final Map<List<Integer>, Step> steps = new HashMap<>();
        private final List<Rooms.Hold> holds = new ArrayList<>();

        private Steps(MLP model, Loss loss, SGD optimizer) {
            this.model = model;
            this.loss = loss;
            this.optimizer = optimizer;
        }

        /// Where the loss before the step will be.
        private Tensor run(Slot slot) {
            List<Integer> key = List.of(slot.number(), slot.rows());
            if (steps.containsKey(key)) {
                steps.get(key).recording.replay();
            } else {
                steps.put(key, first(slot.x(), slot.target()));
            }
            return steps.get(key).loss;
        }

        private Step first(Tensor x, Tensor target) {
            Runnable work = () -> {
                model.backwardParameters(loss.forwardBackward(model.forward(x), target));
                optimizer.step();
            };
            work.run();
            holds.add(model.hold(x.rows(), x.columns()));
            holds.add(loss.hold(model.device(), x.rows(), model.outputs(x.columns())));
            Tensor value = loss.value();
            return new Step(model.device().record(work), value);
        }

        @Override
        public void close() {
            steps.values().forEach(step -> step.recording.close());
            holds.forEach(Rooms.Hold::close);
        }
    }
}
