package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.data.Dataset;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.MLP;
import dev.cresset.optim.Hyper;
import dev.cresset.verify.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Early stopping on a set of pure noise, where training on makes validation worse: it compares with the
/// best evaluation so far, waits as long as it was told, and gives the best model back.
class EarlyStoppingTest {
    private static final int PATIENCE = 7;
    private final Dataset train = TinySets.noise(20, 1);
    private final Dataset validation = TinySets.noise(20, 2);

    @Test
    void theRunStopsWhenPatienceRunsOutAndTheBestModelIsRestored() {
        List<double[]> weights = new ArrayList<>();
        try (MLP model = TinySets.regressor(3);
                Loss loss = new MSELoss()) {
            TrainingListener keeps = new TrainingListener() {
                @Override
                public void onEpoch(EpochReport report) {
                    weights.add(weights(model));
                }
            };
            History history = overfitting(model, loss)
                    .earlyStopping(EarlyStopping.patience(PATIENCE))
                    .listener(keeps)
                    .build()
                    .fit(train, validation);
            assertEquals(History.End.STOPPED_EARLY, history.end());
            int best = history.keptEpoch();
            assertEquals(best + PATIENCE, history.epochs().size());
            double lowest = history.epochs().stream()
                    .mapToDouble(report -> report.validation().loss())
                    .min()
                    .orElseThrow();
            assertEquals(lowest, history.kept().validation().loss());
            assertArrayEquals(weights.get(best - 1), weights(model));
            assertEquals(lowest, Evaluator.evaluate(model, loss, validation).loss());
        }
    }

    @Test
    void everyEvaluationIsComparedWithTheBestAndNotWithTheOneBefore() {
        Best best = new Best(EarlyStopping.patience(3));
        try (MLP model = TinySets.regressor(1)) {
            // 6 and 5 are better than the evaluation before them, but not than the best.
            double[] figures = {4, 7, 6, 5, 1};
            for (int i = 0; i < 3; i++) {
                best.see(report(i + 1, figures[i]), model);
                assertFalse(best.isExhausted());
            }
            best.see(report(4, figures[3]), model);
            assertTrue(best.isExhausted());
            assertEquals(1, best.epoch());
        }
    }

    @Test
    void anImprovementStartsTheWaitingAnew() {
        Best best = new Best(EarlyStopping.patience(2));
        try (MLP model = TinySets.regressor(1)) {
            double[] figures = {4, 5, 3, 3, 2};
            for (int i = 0; i < figures.length; i++) {
                best.see(report(i + 1, figures[i]), model);
                assertFalse(best.isExhausted());
            }
            assertEquals(5, best.epoch());
        }
    }

    @Test
    void anImprovementSmallerThanTheMarginDoesNotCount() {
        Best best = new Best(new EarlyStopping(Metric.LOSS, 2, 0.5));
        try (MLP model = TinySets.regressor(1)) {
            best.see(report(1, 4), model);
            best.see(report(2, 3.75), model);
            best.see(report(3, 3.5), model);
            assertEquals(1, best.epoch());
            assertTrue(best.isExhausted());
        }
    }

    @Test
    void aFirstEvaluationThatIsNotANumberIsNotTheBestForEver() {
        Best best = new Best(EarlyStopping.patience(2));
        try (MLP model = TinySets.regressor(1)) {
            best.see(report(1, Double.NaN), model);
            best.see(report(2, 3), model);
            assertEquals(2, best.epoch());
        }
    }

    @Test
    void aFigureThatShouldRiseIsWatchedRising() {
        try (MLP model = TinySets.regressor(3);
                Loss loss = new MSELoss()) {
            History history = overfitting(model, loss)
                    .earlyStopping(new EarlyStopping(Metric.R2, PATIENCE, 0))
                    .build()
                    .fit(train, validation);
            double highest = history.epochs().stream()
                    .mapToDouble(report -> report.validation().get(Metric.R2))
                    .max()
                    .orElseThrow();
            assertEquals(highest, history.kept().validation().get(Metric.R2));
        }
    }

    @Test
    void patienceCountsEvaluationsNotEpochs() {
        try (MLP model = TinySets.regressor(3);
                Loss loss = new MSELoss()) {
            History history = overfitting(model, loss)
                    .evaluateEvery(3)
                    .earlyStopping(EarlyStopping.patience(2))
                    .build()
                    .fit(train, validation);
            assertEquals(History.End.STOPPED_EARLY, history.end());
            assertEquals(history.keptEpoch() + 6, history.epochs().size());
        }
    }

    @Test
    void earlyStoppingWithoutValidationDataIsRefused() {
        try (MLP model = TinySets.regressor(3);
                Loss loss = new MSELoss()) {
            Trainer trainer = overfitting(model, loss)
                    .earlyStopping(EarlyStopping.patience(2))
                    .build();
            Refused.with(IllegalArgumentException.class, () -> trainer.fit(train))
                    .saying("watches validation data", "fit(train, validation)");
        }
        Refused.with(IllegalArgumentException.class, () -> EarlyStopping.patience(0))
                .saying("found patience 0");
        Refused.with(IllegalArgumentException.class, () -> new EarlyStopping(Metric.LOSS, 1, -1))
                .saying("margin");
    }

    private static TrainerBuilder overfitting(MLP model, Loss loss) {
        return Trainer.builder(model, loss)
                .optimizer(Hyper.lr(0.1).withMomentum(0.9))
                .epochs(500)
                .batchSize(20);
    }

    private static EpochReport report(int epoch, double loss) {
        return new EpochReport(epoch, 10, 0, new Evaluation(1, Map.of(Metric.LOSS, loss)), 0);
    }

    private static double[] weights(MLP model) {
        return model.parameters().byName().values().stream()
                .flatMapToDouble(parameter -> Arrays.stream(parameter.value().toArray()))
                .toArray();
    }
}
