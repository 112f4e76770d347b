package dev.cresset.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.data.Dataset;
import dev.cresset.data.Schema;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.Linear;
import dev.cresset.nn.MLP;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.Sequential;
import dev.cresset.optim.Hyper;
import dev.cresset.verify.Refused;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A run that has diverged, or could not mean anything, is never reported as a success.
class DivergedRunsTest {
    private static final double HUGE = 1e300;

    private final Dataset data = TinySets.noise(8, 1);

    @Test
    void theLastStepOfARunWithoutValidationIsLookedAtToo() {
        Refused.with(NonFiniteLossException.class, () -> oneStep(HUGE).fit(data))
                .saying("after the last step", "lower");
    }

    @Test
    void aValidationLossThatIsNotFiniteEndsTheRun() {
        Refused.with(NonFiniteLossException.class, () -> oneStep(HUGE).fit(data, data))
                .saying("validation loss", "after epoch 1");
    }

    @Test
    void aRowWhoseOutputsAreNotNumbersIsNoHit() {
        Dataset classes = TinySets.classes(10, 1);
        MLP model = TinySets.classifier(1);
        model.parameters().byName().get("0.bias").set(filled(8, Double.NaN));
        Evaluation evaluation = Evaluator.evaluate(model, new CrossEntropyLoss(), classes);
        assertEquals(0, evaluation.get(Metric.ACCURACY));
    }

    @Test
    void twoLayersThatStartAlikeAreRefused() {
        Sequential model = new Sequential(new Linear(2, 2), new ReLU(), new Linear(2, 2), new Linear(2, 1));
        Refused.with(
                        IllegalArgumentException.class,
                        () -> Trainer.builder(model, new MSELoss()).build().fit(data))
                .saying("0.weight", "2.weight", "2×2", "seed");
    }

    @Test
    void dataOfOtherClassesIsNoValidation() {
        Dataset classes = TinySets.classes(10, 1);
        Schema other = Schema.classification(
                classes.schema().features(), classes.schema().targets().getFirst(), List.of("cat", "dog"));
        Dataset renamed = Dataset.of(classes.features(), classes.targets(), other);
        Refused.with(IllegalArgumentException.class, () -> Trainer.builder(
                                TinySets.classifier(1), new CrossEntropyLoss())
                        .build()
                        .fit(classes, renamed))
                .saying("same columns and classes");
    }

    private Trainer oneStep(double lr) {
        MLP model = MLP.builder(2, 4, 1).seed(1).build();
        return Trainer.builder(model, new MSELoss())
                .optimizer(Hyper.lr(lr))
                .epochs(1)
                .batchSize(8)
                .build();
    }

    private static double[] filled(int count, double value) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }
}
