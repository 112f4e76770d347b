package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.cresset.backend.Device;
import dev.cresset.data.Batches;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.nn.MLP;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;

/// The same seed gives the same run, bit for bit, and the trainer's replayed steps are the four plain lines.
class TrainerRunsRepeatTest {
    private static final Dataset DATA = TinySets.classes(37, 1);
    private static final int EPOCHS = 4;
    private static final int BATCH = 8;
    private static final Hyper HYPER = Hyper.lr(0.1).withMomentum(0.9).withWeightDecay(1e-3);

    /// What a run leaves behind.
    private record Trace(double[] losses, double[] weights) {}

    @ParameterizedTest
    @EveryPlace
    void theSameSeedGivesTheSameLossesAndWeightsBitForBit(Place place) {
        Trace first = trained(place.device(), 3, 5);
        Trace second = trained(place.device(), 3, 5);
        assertArrayEquals(first.losses, second.losses);
        assertArrayEquals(first.weights, second.weights);
        assertEquals(EPOCHS * 5, first.losses.length);
    }

    @ParameterizedTest
    @EveryPlace
    void anotherSeedOfTheModelOrOfTheShufflingGivesAnotherRun(Place place) {
        Trace run = trained(place.device(), 3, 5);
        assertFalse(Arrays.equals(run.weights, trained(place.device(), 4, 5).weights));
        assertFalse(Arrays.equals(run.weights, trained(place.device(), 3, 6).weights));
    }

    @ParameterizedTest
    @EveryPlace
    void replayedStepsEqualEagerStepsBitForBit(Place place) {
        Trace replayed = trained(place.device(), 3, 5);
        Trace eager = eager(place.device(), 3, 5);
        assertArrayEquals(eager.losses, replayed.losses);
        assertArrayEquals(eager.weights, replayed.weights);
    }

    private static Trace trained(Device device, long modelSeed, long trainerSeed) {
        List<Double> losses = new ArrayList<>();
        try (MLP model = TinySets.classifier(modelSeed);
                Loss loss = new CrossEntropyLoss()) {
            Trainer.builder(model, loss)
                    .device(device)
                    .optimizer(HYPER)
                    .epochs(EPOCHS)
                    .batchSize(BATCH)
                    .seed(trainerSeed)
                    .listener(new TrainingListener() {
                        @Override
                        public void onBatch(BatchReport report) {
                            losses.add(report.loss());
                        }
                    })
                    .build()
                    .fit(DATA);
            return trace(losses, model);
        }
    }

    /// The four lines, written out.
    private static Trace eager(Device device, long modelSeed, long trainerSeed) {
        List<Double> losses = new ArrayList<>();
        try (MLP model = TinySets.classifier(modelSeed).to(device);
                Loss loss = new CrossEntropyLoss();
                SGD sgd = new SGD(model.parameters(), HYPER)) {
            Batches batches = new Batches(DATA, BATCH, trainerSeed, Remainder.KEEP);
            double[] x = new double[BATCH * 3];
            double[] y = new double[BATCH];
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                batches.epoch(epoch);
                for (int b = 0; b < batches.count(); b++) {
                    batches.copy(b, x, y);
                    int rows = batches.rows(b);
                    Tensor input = device.tensor(rows, 3, Arrays.copyOf(x, rows * 3));
                    Tensor target = device.tensor(rows, 1, Arrays.copyOf(y, rows));
                    Tensor gradient = loss.forwardBackward(model.forward(input), target);
                    losses.add(loss.value().item());
                    model.backwardParameters(gradient);
                    sgd.step();
                }
            }
            return trace(losses, model);
        }
    }

    private static Trace trace(List<Double> losses, MLP model) {
        double[] weights = Stream.concat(
                        model.parameters().byName().values().stream(), model.parameters().states().values().stream())
                .flatMapToDouble(variable -> Arrays.stream(variable.value().toArray()))
                .toArray();
        return new Trace(losses.stream().mapToDouble(Double::doubleValue).toArray(), weights);
    }
}
