package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Reduction;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.MLP;
import dev.cresset.optim.Hyper;
import dev.cresset.verify.Refused;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What a trainer reports, when and to whom, and how it is cancelled.
class TrainerListenersTest {
    private final Dataset data = TinySets.classes(10, 1);

    @Test
    void listenersAreToldInTheOrderOfAddingAndOfEvents() {
        Diary first = new Diary("first");
        List<String> both = first.lines;
        TrainingListener echo = new TrainingListener() {
            @Override
            public void onEpoch(EpochReport report) {
                both.add("echo epoch " + report.epoch());
            }
        };
        try (MLP model = TinySets.classifier(1);
                Loss loss = new CrossEntropyLoss()) {
            builder(model, loss)
                    .epochs(2)
                    .batchSize(5)
                    .listener(first)
                    .listener(echo)
                    .build()
                    .fit(data);
        }
        assertEquals(
                List.of(
                        "first batch 1.1",
                        "first batch 1.2",
                        "first epoch 1",
                        "echo epoch 1",
                        "first batch 2.1",
                        "first batch 2.2",
                        "first epoch 2",
                        "echo epoch 2",
                        "first end COMPLETED"),
                both);
    }

    @Test
    void reportsHoldCountsAndTheMeanOfTheBatchesLossesByRows() {
        double[] sum = {0};
        Diary diary = new Diary("diary") {
            @Override
            public void onBatch(BatchReport report) {
                assertEquals(3, report.batches());
                assertEquals(1, report.epochs());
                assertEquals(report.batch() == 3 ? 2 : 4, report.rows());
                sum[0] += report.loss() * report.rows();
            }
        };
        try (MLP model = TinySets.classifier(1);
                Loss loss = new CrossEntropyLoss()) {
            History history = builder(model, loss)
                    .epochs(1)
                    .batchSize(4)
                    .listener(diary)
                    .build()
                    .fit(data);
            // The same three products, summed in the same order.
            assertEquals(sum[0] / 10, history.epochs().getFirst().trainLoss());
            assertEquals(History.End.COMPLETED, history.end());
            assertEquals(1, history.keptEpoch());
            assertNull(history.kept().validation());
            assertTrue(history.seconds() >= history.kept().seconds());
        }
    }

    @Test
    void aSummedLossIsSummedOverTheBatches() {
        double[] sum = {0};
        Dataset noise = TinySets.noise(10, 1);
        Diary diary = new Diary("diary") {
            @Override
            public void onBatch(BatchReport report) {
                sum[0] += report.loss();
            }
        };
        try (MLP model = TinySets.regressor(1);
                Loss loss = new MSELoss(Reduction.SUM)) {
            History history = builder(model, loss)
                    .epochs(1)
                    .batchSize(4)
                    .listener(diary)
                    .build()
                    .fit(noise);
            assertEquals(sum[0], history.epochs().getFirst().trainLoss());
        }
    }

    @Test
    void evaluationComesEveryKEpochsAndAfterTheLast() {
        Diary diary = new Diary("diary");
        try (MLP model = TinySets.classifier(1);
                Loss loss = new CrossEntropyLoss()) {
            builder(model, loss)
                    .epochs(5)
                    .batchSize(5)
                    .evaluateEvery(2)
                    .listener(diary)
                    .build()
                    .fit(data, data);
        }
        assertEquals(5, diary.epochs.size());
        for (EpochReport report : diary.epochs) {
            boolean turn = report.epoch() == 2 || report.epoch() == 4 || report.epoch() == 5;
            assertEquals(turn, report.validation() != null, "epoch " + report.epoch());
        }
        assertNotNull(diary.epochs.getLast().validation());
    }

    @Test
    void cancellingEndsTheRunAfterTheBatch() {
        AtomicReference<Trainer> trainer = new AtomicReference<>();
        Diary diary = new Diary("diary") {
            @Override
            public void onBatch(BatchReport report) {
                super.onBatch(report);
                if (report.epoch() == 2 && report.batch() == 1) {
                    trainer.get().cancel();
                }
            }
        };
        try (MLP model = TinySets.classifier(1);
                Loss loss = new CrossEntropyLoss()) {
            trainer.set(
                    builder(model, loss).epochs(9).batchSize(5).listener(diary).build());
            History history = trainer.get().fit(data, data);
            assertEquals(History.End.CANCELLED, history.end());
            assertEquals(2, history.epochs().size());
            assertNull(history.epochs().getLast().validation());
            assertEquals(List.of("diary epoch 2", "diary end CANCELLED"), diary.lines.subList(4, 6));
            // The same trainer can be used again.
            assertEquals(2, trainer.get().fit(data).epochs().size());
        }
    }

    @Test
    void aRunThatIsCancelledInItsFirstEpochStillHasAHistory() {
        AtomicReference<Trainer> trainer = new AtomicReference<>();
        TrainingListener cancels = new TrainingListener() {
            @Override
            public void onBatch(BatchReport report) {
                trainer.get().cancel();
            }
        };
        try (MLP model = TinySets.classifier(1);
                Loss loss = new CrossEntropyLoss()) {
            trainer.set(builder(model, loss)
                    .batchSize(5)
                    .earlyStopping(EarlyStopping.patience(2))
                    .listener(cancels)
                    .build());
            History history = trainer.get().fit(data, data);
            assertEquals(History.End.CANCELLED, history.end());
            assertEquals(1, history.kept().epoch());
        }
    }

    @Test
    void aRunThatIsCancelledBeforeItBeginsTrainsNothing() {
        try (MLP model = TinySets.classifier(1);
                Loss loss = new CrossEntropyLoss()) {
            double[] before =
                    model.parameters().byName().get("0.weight").value().toArray();
            Trainer trainer = builder(model, loss).batchSize(5).epochs(1).build();
            trainer.cancel();
            History history = trainer.fit(data);
            assertEquals(History.End.CANCELLED, history.end());
            assertEquals(List.of(), history.epochs());
            Refused.with(IllegalStateException.class, history::kept).saying("cancelled before its first epoch");
            assertArrayEquals(
                    before, model.parameters().byName().get("0.weight").value().toArray());
            assertEquals(History.End.COMPLETED, trainer.fit(data).end());
        }
    }

    @Test
    void anExceptionOfAListenerStopsTheRunAndReachesTheCaller() {
        TrainingListener throwing = new TrainingListener() {
            @Override
            public void onEpoch(EpochReport report) {
                throw new IllegalStateException("enough");
            }
        };
        try (MLP model = TinySets.classifier(1);
                Loss loss = new CrossEntropyLoss()) {
            Trainer trainer =
                    builder(model, loss).batchSize(5).listener(throwing).build();
            Refused.with(IllegalStateException.class, () -> trainer.fit(data)).saying("enough");
        }
    }

    @Test
    void droppedRemaindersAreNotTrained() {
        Diary diary = new Diary("diary");
        try (MLP model = TinySets.classifier(1);
                Loss loss = new CrossEntropyLoss()) {
            builder(model, loss)
                    .epochs(1)
                    .batchSize(4)
                    .remainder(Remainder.DROP)
                    .listener(diary)
                    .build()
                    .fit(data);
        }
        assertEquals(List.of("diary batch 1.1", "diary batch 1.2"), diary.lines.subList(0, 2));
        assertEquals("diary epoch 1", diary.lines.get(2));
    }

    @Test
    void theReportsOfAHistoryCannotBeChanged() {
        try (MLP model = TinySets.classifier(1);
                Loss loss = new CrossEntropyLoss()) {
            History history =
                    builder(model, loss).epochs(1).batchSize(5).build().fit(data);
            assertThrows(
                    UnsupportedOperationException.class, () -> history.epochs().clear());
        }
    }

    private static TrainerBuilder builder(MLP model, Loss loss) {
        return Trainer.builder(model, loss).optimizer(Hyper.lr(0.05));
    }
}
