package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Device;
import dev.cresset.backend.Reduction;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.loss.BCEWithLogitsLoss;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.MLP;
import dev.cresset.nn.Mode;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Refused;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a trainer refuses before it changes anything, and what it says when a run goes wrong.
class TrainerRefusalsTest {
    private final Dataset data = TinySets.classes(10, 1);

    @Test
    void aModelThatDoesNotFitTheDataIsRefusedWithBothSizes() {
        try (Loss loss = new CrossEntropyLoss();
                MLP narrow = MLP.builder(2, 2).build();
                MLP many = MLP.builder(3, 5).build()) {
            Refused.with(ShapeException.class, () -> trainer(narrow, loss).fit(data))
                    .saying("Linear '0' (2 → 2)", "2 columns, found 3");
            Refused.with(ShapeException.class, () -> trainer(many, loss).fit(data))
                    .saying(
                            "MLP gives 5 outputs for each row, the data needs 2, one for each class (10 rows of 3",
                            "give the last layer 2 outputs.");
        }
    }

    @Test
    void oneOutputForTwoClassesIsRefusedWithBothWaysOut() {
        Dataset numbers = TinySets.noise(5, 1);
        try (Loss loss = new BCEWithLogitsLoss();
                MLP one = MLP.builder(3, 1).build();
                MLP two = MLP.builder(numbers.inputs(), 2).build()) {
            Refused.with(ShapeException.class, () -> trainer(one, loss).fit(data))
                    .saying(
                            "MLP gives 1 output for each row, the data needs 2, one for each class",
                            "give the last layer 2 outputs, or make the data a regression on the numbers 0 and 1.");
            Refused.with(ShapeException.class, () -> trainer(two, loss).fit(numbers))
                    .saying(
                            "2 outputs for each row, the data needs 1, one for each target",
                            "give the last layer 1 output.");
        }
    }

    @Test
    void aDeviceThatWasClosedIsRefusedBeforeAnythingIsChanged() {
        Device gone = Device.cpu();
        MLP there = TinySets.classifier(1);
        there.to(gone);
        gone.close();
        try (Loss loss = new CrossEntropyLoss();
                MLP here = TinySets.classifier(1)) {
            Refused.with(ClosedException.class, () -> trainer(there, loss).fit(data))
                    .saying("Cannot train MLP on cpu/FP32: the device has been closed");
            Refused.with(ClosedException.class, () -> Evaluator.evaluate(there, loss, data))
                    .saying("Cannot evaluate MLP on cpu/FP32: the device has been closed");
            TrainerBuilder builder = Trainer.builder(here, loss).device(gone);
            Refused.with(ClosedException.class, () -> builder.build().fit(data)).saying("Cannot train MLP on cpu/FP32");
            Refused.with(ClosedException.class, () -> builder.session(data)).saying("Cannot train MLP on cpu/FP32");
            assertSame(Device.reference(), here.device());
        }
    }

    @Test
    void moreRowsInABatchThanThereAreMakeOneBatchOfThemAll() {
        for (Remainder remainder : Remainder.values()) {
            List<String> batches = new ArrayList<>();
            try (Loss loss = new CrossEntropyLoss();
                    MLP model = TinySets.classifier(1)) {
                History history = Trainer.builder(model, loss)
                        .batchSize(1000)
                        .remainder(remainder)
                        .epochs(2)
                        .listener(new TrainingListener() {
                            @Override
                            public void onBatch(BatchReport report) {
                                batches.add(report.batch() + " of " + report.batches() + ", " + report.rows());
                            }
                        })
                        .build()
                        .fit(data);
                assertEquals(2, history.epochs().size());
            }
            assertEquals(List.of("1 of 1, 10", "1 of 1, 10"), batches);
        }
    }

    @Test
    void validationDataOfAnotherShapeIsRefusedBeforeTheTraining() {
        try (Loss loss = new CrossEntropyLoss();
                MLP model = TinySets.classifier(1)) {
            double[] before = weights(model);
            Refused.with(ShapeException.class, () -> trainer(model, loss).fit(data, TinySets.noise(5, 1)))
                    .saying("3 columns, found 2");
            Dataset threeClasses = Dataset.classification(new double[][] {{1, 2, 3}}, new int[] {2}, 3);
            Refused.with(ShapeException.class, () -> trainer(model, loss).fit(data, threeClasses))
                    .saying("2 outputs", "the data needs 3, one for each class");
            assertArrayEquals(before, weights(model));
        }
    }

    @Test
    void aLossThatDoesNotFitTheTaskIsRefused() {
        Dataset regression = Dataset.regression(new double[][] {{1, 2}, {3, 4}}, new double[][] {{1, 2, 3}, {4, 5, 6}});
        try (Loss loss = new CrossEntropyLoss();
                MLP model = MLP.builder(2, 3).build()) {
            Refused.with(ShapeException.class, () -> trainer(model, loss).fit(regression))
                    .saying("CrossEntropyLoss", "targets of N×1 for predictions of N×3, the data has N×3");
        }
    }

    @Test
    void aLastBatchOfOneIsRefusedByBatchNormBeforeAnythingIsChanged() {
        Dataset nine = TinySets.classes(9, 1);
        try (Loss loss = new CrossEntropyLoss();
                MLP model = TinySets.classifier(1)) {
            BatchNorm1d norm = (BatchNorm1d) model.layer(1);
            double[] before = weights(model);
            Diary diary = new Diary("diary");
            Trainer trainer =
                    Trainer.builder(model, loss).batchSize(4).listener(diary).build();
            Refused.with(ShapeException.class, () -> trainer.fit(nine))
                    .saying("BatchNorm1d '1' (8)", "2 rows or more, found 1", "drop the last batch");
            assertArrayEquals(before, weights(model));
            assertArrayEquals(new double[8], norm.runningMean().value().toArray());
            assertEquals(0, diary.lines.size());
            // Nine rows in batches of three leave no row alone.
            Trainer.builder(model, loss).batchSize(3).epochs(1).build().fit(nine);
        }
    }

    @Test
    void theModelEndsInTheModeThatItWasInBefore() {
        try (Loss loss = new CrossEntropyLoss();
                MLP model = TinySets.classifier(1)) {
            trainer(model, loss).fit(data);
            assertEquals(Mode.TRAINING, model.mode());
            model.eval();
            trainer(model, loss).fit(data, data);
            assertEquals(Mode.EVALUATION, model.mode());
        }
    }

    @Test
    void aLossThatIsNotFiniteEndsTheRunAndSaysWhere() {
        Dataset noise = TinySets.noise(10, 1);
        try (Loss loss = new MSELoss();
                MLP model = TinySets.regressor(1)) {
            Trainer trainer = Trainer.builder(model, loss)
                    .optimizer(Hyper.lr(1e12))
                    .batchSize(5)
                    .epochs(100)
                    .build();
            Refused.with(NonFiniteLossException.class, () -> trainer.fit(noise))
                    .saying("The loss is ", "before step ", "(epoch ", "batch ", " of 2)", "lower the learning rate");
        }
    }

    @Test
    void aLabelOutsideOfTheClassesIsRefusedWithItsRow() {
        Refused.with(
                        IllegalArgumentException.class,
                        () -> Dataset.classification(new double[][] {{1}, {2}}, new int[] {0, 2}, 2))
                .saying("class number from 0 to 1", "row 1", "found 2.0");
        // A regression of one column looks like class numbers to a cross-entropy of one class.
        Dataset regression = Dataset.regression(new double[][] {{1, 2}, {3, 4}}, new double[][] {{0}, {0.5}});
        try (Loss loss = new CrossEntropyLoss();
                MLP model = MLP.builder(2, 1).build()) {
            Refused.with(IllegalArgumentException.class, () -> trainer(model, loss)
                            .fit(regression))
                    .saying("is 0.5", "class number from 0 to 0");
        }
    }

    @Test
    void classesAreWrittenOutAsRowsForALossThatComparesRows() {
        Device device = Device.reference();
        try (Loss squared = new MSELoss();
                Loss probabilities = new CrossEntropyLoss(Targets.PROBABILITIES, Reduction.MEAN);
                Loss indices = new CrossEntropyLoss();
                MLP model = MLP.builder(3, 2).build()) {
            Dataset two = Dataset.classification(new double[][] {{1, 2, 3}, {4, 5, 6}}, new int[] {1, 0}, 2);
            Tensor prediction = model.forward(device.tensor(new double[][] {{1, 2, 3}, {4, 5, 6}}));
            double expected = squared.forward(prediction, device.tensor(new double[][] {{0, 1}, {1, 0}}))
                    .item();
            assertEquals(expected, Evaluator.evaluate(model, squared, two).loss());
            // Both forms of the cross-entropy are the same number, up to the order of two additions.
            assertEquals(
                    Evaluator.evaluate(model, indices, two).loss(),
                    Evaluator.evaluate(model, probabilities, two).loss(),
                    1e-14);
        }
    }

    @Test
    void optionsBelowOneAreRefused() {
        try (Loss loss = new MSELoss();
                MLP model = TinySets.regressor(1)) {
            TrainerBuilder builder = Trainer.builder(model, loss);
            Refused.with(IllegalArgumentException.class, () -> builder.epochs(0))
                    .saying("epochs is 1 or more, found 0: leave it out for the default of 10");
            Refused.with(IllegalArgumentException.class, () -> builder.batchSize(-1))
                    .saying("batchSize is 1 or more, found -1: leave it out for the default of 32");
            Refused.with(IllegalArgumentException.class, () -> builder.stepsAtOnce(5000))
                    .saying("stepsAtOnce is 1 to 4096, found 5000: leave it out");
            Refused.with(IllegalArgumentException.class, () -> builder.evaluateEvery(0))
                    .saying("evaluateEvery");
        }
    }

    private static Trainer trainer(MLP model, Loss loss) {
        return Trainer.builder(model, loss).batchSize(5).epochs(1).build();
    }

    private static double[] weights(MLP model) {
        return model.parameters().byName().get("0.weight").value().toArray();
    }
}
