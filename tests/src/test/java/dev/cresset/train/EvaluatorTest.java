package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.backend.Device;
import dev.cresset.backend.Reduction;
import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.Linear;
import dev.cresset.nn.MLP;
import dev.cresset.nn.Mode;
import dev.cresset.tensor.ShapeException;
import dev.cresset.verify.EveryPlace;
import dev.cresset.verify.Numbers;
import dev.cresset.verify.Place;
import dev.cresset.verify.Refused;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/// Figures of a model on a dataset, worked by hand, and predictions.
class EvaluatorTest {
    /// More rows than one batch of the evaluator takes (1024), so that it puts batches together.
    private static final int MANY = 2500;

    @ParameterizedTest
    @EveryPlace
    void accuracyIsTheShareOfRowsWhoseLargestOutputIsTheirClass(Place place) {
        try (Linear model = identity(place);
                Loss loss = new CrossEntropyLoss()) {
            Dataset four =
                    Dataset.classification(new double[][] {{3, 1}, {0, 2}, {5, 4}, {-1, 0}}, new int[] {0, 1, 1, 1}, 2);
            Evaluation evaluation = Evaluator.evaluate(model, loss, four);
            assertEquals(0.75, evaluation.get(Metric.ACCURACY));
            assertEquals(4, evaluation.rows());
            // −log σ of the margins 2, 2, −1, 1.
            double expected = (2 * Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(1)) + Math.log1p(Math.exp(-1))) / 4;
            assertEquals(expected, evaluation.loss(), place.shortTolerance());
            assertEquals(
                    Set.of(Metric.LOSS, Metric.ACCURACY), evaluation.figures().keySet());
            Refused.with(IllegalArgumentException.class, () -> evaluation.get(Metric.R2))
                    .saying("no R2", "depends on the task");
        }
    }

    @ParameterizedTest
    @EveryPlace
    void meanSquaredErrorAndDeterminationAreOverAllOutputs(Place place) {
        try (Linear model = identity(place);
                Loss loss = new MSELoss(Reduction.SUM)) {
            Dataset three = Dataset.regression(
                    new double[][] {{1, 0}, {2, 0}, {4, 3}}, new double[][] {{1, 1}, {2, 0}, {3, 5}});
            Evaluation evaluation = Evaluator.evaluate(model, loss, three);
            // Errors 0, −1, 0, 0, 1, −2: squares 6 over 6 numbers; the loss is their sum.
            assertEquals(6, evaluation.loss());
            assertEquals(1, evaluation.get(Metric.MSE));
            // Means 2 and 2: variations 1 + 0 + 1 and 1 + 4 + 9.
            assertEquals(1 - 6.0 / 16, evaluation.get(Metric.R2));
        }
    }

    @ParameterizedTest
    @EveryPlace
    void targetsThatDoNotVaryHaveADeterminationOfOneOrNone(Place place) {
        try (Linear model = identity(place);
                Loss loss = new MSELoss()) {
            Dataset right = Dataset.regression(new double[][] {{1, 2}, {1, 2}}, new double[][] {{1, 2}, {1, 2}});
            assertEquals(1, Evaluator.evaluate(model, loss, right).get(Metric.R2));
            Dataset wrong = Dataset.regression(new double[][] {{1, 3}, {1, 2}}, new double[][] {{1, 2}, {1, 2}});
            assertEquals(
                    Double.NEGATIVE_INFINITY,
                    Evaluator.evaluate(model, loss, wrong).get(Metric.R2));
        }
    }

    @ParameterizedTest
    @EveryPlace
    void batchesArePutTogetherToTheLossOfTheWhole(Place place) {
        Device device = place.device();
        Dataset many = TinySets.classes(MANY, 4);
        try (MLP model = TinySets.classifier(1).to(device);
                Loss loss = new CrossEntropyLoss()) {
            model.eval();
            double[] x = new double[MANY * 3];
            double[] y = new double[MANY];
            for (int i = 0; i < MANY; i++) {
                many.features().copy(i, x, i * 3);
                y[i] = many.label(i);
            }
            double whole = loss.forward(model.forward(device.tensor(MANY, 3, x)), device.tensor(MANY, 1, y))
                    .item();
            // Sums of 2500 terms in another order.
            assertEquals(whole, Evaluator.evaluate(model, loss, many).loss(), 16 * place.shortTolerance());
        }
    }

    @ParameterizedTest
    @EveryPlace
    void predictionsAreTheForwardPassInEvaluationMode(Place place) {
        Device device = place.device();
        try (MLP model = TinySets.classifier(1).to(device)) {
            model.forward(Numbers.normal(device, 20, 3, 1));
            double[] x = Numbers.normal(MANY * 3, 2);
            double[][] predictions = Evaluator.predict(model, Rows.of(MANY, 3, x));
            assertEquals(Mode.TRAINING, model.mode());
            model.eval();
            double[][] expected = model.forward(device.tensor(MANY, 3, x)).toRows();
            assertEquals(MANY, predictions.length);
            for (int i = 0; i < MANY; i++) {
                // A product may be cut differently for another number of rows.
                assertArrayEquals(expected[i], predictions[i], 8 * place.shortTolerance());
            }
        }
    }

    @ParameterizedTest
    @EveryPlace
    void evaluatingLeavesModeStatisticsAndDrawsAsTheyWere(Place place) {
        Dataset data = TinySets.classes(10, 1);
        try (MLP model = TinySets.classifier(1).to(place.device());
                Loss loss = new CrossEntropyLoss()) {
            Evaluation first = Evaluator.evaluate(model, loss, data);
            assertEquals(first, Evaluator.evaluate(model, loss, data));
            assertEquals(Mode.TRAINING, model.mode());
            assertArrayEquals(
                    new double[8],
                    model.parameters().states().get("1.running_mean").value().toArray());
            assertEquals(0, model.counters().getFirst().value());
            model.eval();
            Evaluator.evaluate(model, loss, data);
            assertEquals(Mode.EVALUATION, model.mode());
        }
    }

    @ParameterizedTest
    @EveryPlace
    void rowsOfTheWrongWidthAreRefusedAndTheModeIsKept(Place place) {
        try (Linear model = identity(place);
                Loss loss = new MSELoss()) {
            Refused.with(ShapeException.class, () -> Evaluator.predict(model, Rows.of(1, 3, 1, 2, 3)))
                    .saying("should have 2 columns, found 3");
            Refused.with(ShapeException.class, () -> Evaluator.evaluate(model, loss, TinySets.classes(4, 1)))
                    .saying("found 3");
            assertEquals(Mode.TRAINING, model.mode());
        }
    }

    private static Linear identity(Place place) {
        Linear linear = new Linear(2, 2);
        linear.weight().set(1, 0, 0, 1);
        linear.bias().set(0, 0);
        return linear.to(place.device());
    }
}
