package dev.cresset.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.Statistics;
import dev.cresset.backend.Transpose;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Dropout;
import dev.cresset.nn.Linear;
import dev.cresset.nn.LogSoftmax;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Sigmoid;
import dev.cresset.nn.Softmax;
import dev.cresset.nn.Tanh;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.FaultyDevice.Fault;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The test of the gradient check itself: typical mistakes are planted into backward passes one at a time,
/// and the check names exactly the gradients that they spoil, a gradient of the right layer as the worst.
class PlantedFaultsAreFoundTest {
    private static final double TOLERANCE = 1e-6;

    @Test
    void withoutAFaultEverythingPasses() {
        spoils((verb, operands, truth) -> {}, new MSELoss(), tanh());
    }

    @Test
    void aWrongSignOfABiasGradient() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("columnSums") && tensor(a[1]).columns() == 5) {
                map(tensor(a[1]), (i, j, v) -> -v);
            }
        };
        spoils(fault, new MSELoss(), tanh(), "0.bias");
    }

    @Test
    void aBiasGradientWithoutTheLastRow() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("columnSums") && tensor(a[1]).columns() == 5) {
                Tensor x = tensor(a[0]);
                map(tensor(a[1]), (i, j, v) -> v - x.get(x.rows() - 1, j));
            }
        };
        spoils(fault, new MSELoss(), tanh(), "0.bias");
    }

    @Test
    void aWeightGradientTransposed() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("gemm") && a[1] == Transpose.YES && tensor(a[4]).columns() == 3) {
                double[][] right = tensor(a[4]).toRows();
                map(tensor(a[4]), (i, j, v) -> right[j][i]);
            }
        };
        // The only square weight is the last one, 3 × 3.
        spoils(fault, new MSELoss(), tanh(), "4.weight");
    }

    @Test
    void anInputGradientByTheTransposedWeight() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("gemm")
                    && a[1] == Transpose.NO
                    && tensor(a[2]).rows() == 3
                    && tensor(a[2]).columns() == 3) {
                truth.gemm(tensor(a[0]), Transpose.NO, tensor(a[2]), Transpose.YES, tensor(a[4]), 0);
            }
        };
        spoils(fault, new MSELoss(), tanh(), "0.weight", "0.bias", "2.weight", "2.bias", "input");
    }

    @Test
    void aLossGradientThatForgetsToDivide() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("pointwiseLossGradient")) {
                map(tensor(a[3]), (i, j, v) -> v * tensor(a[3]).rows());
            }
        };
        spoils(fault, new MSELoss(), tanh(), "0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias", "input");
    }

    @Test
    void aSlopeThatIsSlightlyOff() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("activateGradient") && tensor(a[4]).columns() == 5) {
                // 1 − a instead of 1 − a².
                map(tensor(a[4]), (i, j, v) -> v / (1 + tensor(a[2]).get(i, j)));
            }
        };
        spoils(fault, new MSELoss(), tanh(), "0.weight", "0.bias", "input");
    }

    @Test
    void aBatchNormGradientWithoutItsNormalisedTerm() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("batchNormGradient") && a[0] == Statistics.BATCH) {
                Tensor xhat = tensor(a[1]);
                Tensor variance = tensor(a[2]);
                Tensor gamma = tensor(a[3]);
                Tensor dgamma = tensor(a[6]);
                double epsilon = (double) a[8];
                map(
                        tensor(a[5]),
                        (i, j, v) -> v
                                + gamma.get(0, j)
                                        / Math.sqrt(variance.get(0, j) + epsilon)
                                        * xhat.get(i, j)
                                        * dgamma.get(0, j)
                                        / xhat.rows());
            }
        };
        spoils(fault, new MSELoss(), normalised(), "0.weight", "input");
    }

    @Test
    void aBatchNormWeightGradientOfTheWrongFactor() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("batchNormGradient")) {
                Tensor dy = tensor(a[4]);
                truth.columnSums(dy, tensor(a[6]));
            }
        };
        spoils(fault, new MSELoss(), normalised(), "1.weight");
    }

    @Test
    void aDropoutThatDrawsAnotherMaskGoingBack() {
        boolean[] forward = {false};
        Fault fault = (verb, a, truth) -> {
            // A forward pass advances the draw first, a backward pass does not.
            if (verb.equals("dropout") && !forward[0]) {
                truth.dropout(tensor(a[0]), tensor(a[1]), (Counter) a[2], 0.5, 12345);
            }
            forward[0] = verb.equals("advance");
        };
        Sequential model = new Sequential(new Linear(4, 5, 1), new Dropout(0.5, 1), new Linear(5, 3, 2));
        spoils(fault, new MSELoss(), model, "0.weight", "0.bias", "input");
    }

    @Test
    void aSoftmaxGradientWithoutTheInnerProduct() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("softmaxGradient")) {
                map(
                        tensor(a[2]),
                        (i, j, v) -> tensor(a[0]).get(i, j) * tensor(a[1]).get(i, j));
            }
        };
        Sequential model = new Sequential(new Linear(4, 3, 1), new Softmax(), new Linear(3, 3, 2));
        spoils(fault, new MSELoss(), model, "0.weight", "0.bias", "input");
    }

    @Test
    void aLogSoftmaxGradientOfTheWrongSum() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("logSoftmaxGradient")) {
                map(
                        tensor(a[2]),
                        (i, j, v) ->
                                tensor(a[1]).get(i, j) - Math.exp(tensor(a[0]).get(i, j)));
            }
        };
        Sequential model = new Sequential(new Linear(4, 3, 1), new LogSoftmax(), new Linear(3, 3, 2));
        spoils(fault, new MSELoss(), model, "0.weight", "0.bias", "input");
    }

    @Test
    void aCrossEntropyGradientThatForgetsTheSmoothing() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("crossEntropyGradient")) {
                CrossEntropy spec = (CrossEntropy) a[0];
                CrossEntropy hard = new CrossEntropy(spec.targets(), 0, spec.reduction());
                truth.crossEntropyGradient(hard, tensor(a[1]), tensor(a[2]), tensor(a[3]), tensor(a[4]));
            }
        };
        Loss loss = new CrossEntropyLoss(Targets.PROBABILITIES, Reduction.MEAN).withLabelSmoothing(0.1);
        Sequential model = new Sequential(new Linear(4, 3, 1));
        spoils(fault, loss, model, "0.weight", "0.bias", "input");
    }

    @Test
    void aGradientThatIsNotANumber() {
        Fault fault = (verb, a, truth) -> {
            if (verb.equals("columnSums") && tensor(a[1]).columns() == 5) {
                tensor(a[1]).write(0, 0, Double.NaN, 0, 0);
            }
        };
        spoils(fault, new MSELoss(), tanh(), "0.bias");
    }

    private static Sequential tanh() {
        return new Sequential(new Linear(4, 5, 1), new Tanh(), new Linear(5, 3, 2), new Sigmoid(), new Linear(3, 3, 3));
    }

    private static Sequential normalised() {
        return new Sequential(new Linear(4, 5, 1), new BatchNorm1d(5), new Tanh(), new Linear(5, 3, 2));
    }

    private static void spoils(Fault fault, Loss loss, Sequential model, String... expected) {
        FaultyDevice device = new FaultyDevice(fault);
        try (model;
                loss) {
            model.to(device);
            Tensor x = Numbers.normal(device, 6, 4, 1);
            GradientReport report = GradientCheck.check(model, loss, x, Numbers.normal(device, 6, 3, 2));
            Set<String> wrong = report.entries().stream()
                    .filter(entry -> !(entry.relativeError() <= TOLERANCE))
                    .map(GradientReport.Entry::name)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(new TreeSet<>(List.of(expected)), wrong, report::toString);
            if (expected.length == 0) {
                assertTrue(report.passes(TOLERANCE));
            } else {
                assertFalse(report.passes(TOLERANCE));
                assertTrue(wrong.contains(report.worst().name()), report::toString);
            }
        }
    }

    private interface Change {
        double of(int row, int column, double value);
    }

    private static void map(Tensor tensor, Change change) {
        double[] values = tensor.toArray();
        for (int e = 0; e < values.length; e++) {
            values[e] = change.of(e / tensor.columns(), e % tensor.columns(), values[e]);
        }
        tensor.write(values);
    }

    private static Tensor tensor(Object operand) {
        return (Tensor) operand;
    }
}
