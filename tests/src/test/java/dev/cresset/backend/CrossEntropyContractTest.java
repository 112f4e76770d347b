package dev.cresset.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cresset.backend.CrossEntropy.Targets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

@ForEveryBackend
class CrossEntropyContractTest extends BackendContract {
    private static final int[] ROWS = {1, 3, 257, 1000};
    private static final int[] CLASSES = {1, 3, 31, 1000};

    CrossEntropyContractTest(Backend backend) {
        super(backend);
    }

    @Test
    void lossAndGradientOfClassNumbersAreTheirFormulas() {
        forAllSpecs(Targets.CLASS_INDICES);
    }

    @Test
    void lossAndGradientOfProbabilitiesAreTheirFormulas() {
        forAllSpecs(Targets.PROBABILITIES);
    }

    @Test
    void aClassWithoutAShareCostsNothingEvenAtLogZero() {
        CrossEntropy spec = new CrossEntropy(Targets.CLASS_INDICES, 0, Reduction.SUM);
        Operand loss = out(1, 1);
        Operand logp = in(1, 2, 0, Double.NEGATIVE_INFINITY);
        ops.crossEntropy(
                spec, logp.tensor(), in(1, 1, 0).tensor(), in(1, 2, 1, 1).tensor(), loss.tensor());
        loss.requireClose((i, j) -> 0, 0);
        Operand dz = out(1, 2);
        ops.crossEntropyGradient(
                spec, logp.tensor(), in(1, 1, 1).tensor(), in(1, 2, 1, 1).tensor(), dz.tensor());
        dz.requireSame(new double[] {1, -1});
    }

    @Test
    void theGradientMayOverwriteTheLogProbabilities() {
        CrossEntropy spec = new CrossEntropy(Targets.CLASS_INDICES, 0.1, Reduction.MEAN);
        double[] logs = numbers(31 * 7);
        Operand target = in(31, 1, classes(31, 7));
        Operand weights = in(1, 7, fractions(7));
        Operand separate = out(31, 7);
        Operand inPlace = inOut(31, 7, logs);
        Operand logp = in(31, 7, logs);
        ops.crossEntropyGradient(spec, logp.tensor(), target.tensor(), weights.tensor(), separate.tensor());
        ops.crossEntropyGradient(spec, inPlace.tensor(), target.tensor(), weights.tensor(), inPlace.tensor());
        inPlace.requireSame(separate.now());
        requireRestUntouched();
    }

    @Test
    void aNumberThatIsNoClassIsRefusedBeforeAnythingIsOverwrittenOrMakesTheLossNaN() {
        for (double label : new double[] {3, -1, 0.5, Double.NaN, 1e30}) {
            CrossEntropy spec = new CrossEntropy(Targets.CLASS_INDICES, 0, Reduction.MEAN);
            Operand logp = randomIn(1000, 3);
            double[] labels = new double[1000];
            labels[998] = label;
            Operand target = in(1000, 1, labels);
            Operand weights = in(1, 3, 1, 1, 1);
            Operand loss = inOut(1, 1, 42);
            Operand dz = inOut(1000, 3, numbers(3000));
            if (!backend.looksAtTargets()) {
                ops.crossEntropy(spec, logp.tensor(), target.tensor(), weights.tensor(), loss.tensor());
                loss.requireSame(new double[] {Double.NaN});
                ops.crossEntropyGradient(spec, logp.tensor(), target.tensor(), weights.tensor(), dz.tensor());
                dz.requireClose((i, j) -> Double.NaN, 0);
                requireRestUntouched();
                continue;
            }
            IllegalArgumentException thrown = assertThrows(
                    IllegalArgumentException.class,
                    () -> ops.crossEntropy(spec, logp.tensor(), target.tensor(), weights.tensor(), loss.tensor()));
            assertEquals(
                    "Cross-entropy: the target of row 998 is " + target.given(998, 0)
                            + ", expected a class number from 0 to 2: check the labels, or give the model one output"
                            + " for each class.",
                    thrown.getMessage());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ops.crossEntropyGradient(
                            spec, logp.tensor(), target.tensor(), weights.tensor(), dz.tensor()));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ops.softmaxCrossEntropy(
                            spec,
                            logp.tensor(),
                            target.tensor(),
                            weights.tensor(),
                            out(1000, 3).tensor(),
                            loss.tensor(),
                            dz.tensor()));
            loss.requireSame(loss.given());
            dz.requireSame(dz.given());
            requireRestUntouched();
        }
    }

    @Test
    void noRowsCostNothingInSumAndHaveNoMean() {
        for (Targets targets : Targets.values()) {
            Operand logp = in(0, 3);
            Operand target = in(0, targets == Targets.PROBABILITIES ? 3 : 1);
            Operand weights = in(1, 3, 1, 1, 1);
            Operand loss = out(1, 1);
            ops.crossEntropy(
                    new CrossEntropy(targets, 0, Reduction.SUM),
                    logp.tensor(),
                    target.tensor(),
                    weights.tensor(),
                    loss.tensor());
            loss.requireClose((i, j) -> 0, 0);
            ops.crossEntropy(
                    new CrossEntropy(targets, 0, Reduction.MEAN),
                    logp.tensor(),
                    target.tensor(),
                    weights.tensor(),
                    loss.tensor());
            loss.requireClose((i, j) -> Double.NaN, 0);
        }
    }

    @Test
    void theFusedVerbIsTheThreeSmallOnesBitByBit() {
        for (Targets targets : Targets.values()) {
            for (double size : new double[] {1, 300, 1e4}) {
                CrossEntropy spec = new CrossEntropy(targets, 0.1, Reduction.MEAN);
                double[] logits =
                        Arrays.stream(numbers(257 * 10)).map(z -> z * size).toArray();
                Operand z = in(257, 10, logits);
                Operand target = targets(targets, 257, 10);
                Operand weights = in(1, 10, fractions(10));
                Operand[] small = {out(257, 10), out(1, 1), out(257, 10)};
                Operand[] fused = {out(257, 10), out(1, 1), out(257, 10)};
                ops.logSoftmax(z.tensor(), small[0].tensor());
                ops.crossEntropy(spec, small[0].tensor(), target.tensor(), weights.tensor(), small[1].tensor());
                ops.crossEntropyGradient(spec, small[0].tensor(), target.tensor(), weights.tensor(), small[2].tensor());
                ops.softmaxCrossEntropy(
                        spec,
                        z.tensor(),
                        target.tensor(),
                        weights.tensor(),
                        fused[0].tensor(),
                        fused[1].tensor(),
                        fused[2].tensor());
                for (int i = 0; i < fused.length; i++) {
                    fused[i].requireSame(small[i].now());
                }
                requireRestUntouched();
            }
        }
    }

    private Operand targets(Targets targets, int rows, int classes) {
        return targets == Targets.CLASS_INDICES
                ? in(rows, 1, classes(rows, classes))
                : in(rows, classes, fractions(rows * classes));
    }

    private void forAllSpecs(Targets targets) {
        for (Reduction reduction : Reduction.values()) {
            for (double smoothing : new double[] {0, 0.1, 1}) {
                for (int rows : ROWS) {
                    for (int classes : CLASSES) {
                        check(new CrossEntropy(targets, smoothing, reduction), rows, classes);
                        requireRestUntouched();
                    }
                }
            }
        }
    }

    private void check(CrossEntropy spec, int rows, int classes) {
        Operand logp = in(
                rows,
                classes,
                Arrays.stream(numbers(rows * classes)).map(v -> -Math.abs(v)).toArray());
        Operand target = targets(spec.targets(), rows, classes);
        Operand weights = in(1, classes, fractions(classes));
        Operand loss = out(1, 1);
        Operand dz = out(rows, classes);
        ops.crossEntropy(spec, logp.tensor(), target.tensor(), weights.tensor(), loss.tensor());
        ops.crossEntropyGradient(spec, logp.tensor(), target.tensor(), weights.tensor(), dz.tensor());
        double divisor = divisor(spec, target, weights);
        double sum = 0;
        double[] totals = new double[rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < classes; j++) {
                double share = share(spec, target, weights, i, j);
                sum -= share * logp.given(i, j);
                totals[i] += share;
            }
        }
        double expected = sum / divisor;
        // All terms are positive.
        loss.requireClose((i, j) -> expected, Tolerance.sum(rows + classes));
        dz.requireClose(
                (i, j) -> (StrictMath.exp(logp.given(i, j)) * totals[i] - share(spec, target, weights, i, j)) / divisor,
                (i, j) -> (StrictMath.exp(logp.given(i, j)) * totals[i] + share(spec, target, weights, i, j)) / divisor,
                Tolerance.FUNCTION + Tolerance.sum(rows + classes));
    }

    private static double share(CrossEntropy spec, Operand target, Operand weights, int row, int column) {
        double smooth = spec.smoothing() / weights.tensor().columns();
        double hit = spec.targets() == Targets.PROBABILITIES
                ? target.given(row, column)
                : target.given(row, 0) == column ? 1 : 0;
        return weights.given(0, column) * (1 - spec.smoothing()) * hit + weights.given(0, column) * smooth;
    }

    private static double divisor(CrossEntropy spec, Operand target, Operand weights) {
        if (spec.reduction() == Reduction.SUM) {
            return 1;
        }
        if (spec.reduction() == Reduction.BATCH_MEAN || spec.targets() == Targets.PROBABILITIES) {
            return target.tensor().rows();
        }
        return Arrays.stream(target.given())
                .map(label -> weights.given(0, (int) label))
                .sum();
    }
}
