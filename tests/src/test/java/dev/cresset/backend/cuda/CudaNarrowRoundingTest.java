package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.ReLU;
import dev.cresset.optim.Hyper;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.RandomStream;
import dev.cresset.tensor.RowOrder.Kind;
import dev.cresset.tensor.Tensor;
import dev.cresset.verify.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the narrow tier rounds: the definition of `step_narrow.cu` in plain float64, held against the kernel on numbers
/// of so few bits that float32 adds them exactly. So nothing is rounded but where the definition says so, no number
/// comes to lie on the other side of a tie, and what is left is the rounding of the gradients' sums.
@Tag("cuda")
class CudaNarrowRoundingTest {
    private static final int[] WIDTHS = {128, 33, 20, 4};
    private static final int ROWS = 64;
    private static final double LR = 1.0 / 16;
    /// Roundings of float32 that a weight's way may be off: the sum over samples, in parts, and the update.
    private static final double TOLERANCE = 16 * 0x1p-24;

    private static final StepCase CASE = StepCase.of(
                    "eighths", StepCase.net(ReLU::new, WIDTHS), MSELoss::new, WIDTHS[0], WIDTHS[3], ROWS)
            .inEighths()
            .with(Kind.SEQUENTIAL)
            .withSamples(ROWS)
            .with(Hyper.lr(LR));

    @ParameterizedTest
    @CsvSource({"FP32, 24", "TF32, 11", "BF16, 8"})
    void aStepRoundsWhatItIsSaidToRound(Precision precision, int bits) {
        try (Device device = Place.openCuda(precision);
                StepPlans narrow = new StepPlans(CASE, Tier.NARROW, device)) {
            List<double[]> weights = new ArrayList<>();
            for (Tensor parameter : narrow.variables()) {
                weights.add(coarse(weights.size(), (int) parameter.size()));
                parameter.write(weights.getLast());
            }
            try (StepProgram program = narrow.program()) {
                program.run(1);
            }
            double[] wanted = stepped(weights, number -> rounded(number, bits));
            double[] unrounded = stepped(weights, DoubleUnaryOperator.identity());
            double[] found = narrow.numbers();
            double farthest = farthest(
                    wanted, weights.stream().flatMapToDouble(Arrays::stream).toArray());
            assertArrayEquals(wanted, found, TOLERANCE * Math.max(1, farthest));
            if (bits < 24) {
                double apart = farthest(wanted, unrounded);
                assertTrue(apart > 100 * TOLERANCE * Math.max(1, farthest), "rounding shows only by " + apart);
            }
        }
    }

    /// Weights in eighths (the first layer's) and quarters, a little more than that; biases are halves.
    private static double[] coarse(int index, int count) {
        RandomStream random = new RandomStream(17, index);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            boolean isBias = index % 2 == 1;
            int grid = isBias ? 2 : index == 0 ? 8 : 4;
            numbers[i] = (random.nextInt(2 * grid + 1) - grid) / (double) grid * (isBias ? 1 : 1 + 0x1p-13);
        }
        return numbers;
    }

    private static double farthest(double[] a, double[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    /// To so many significant bits, to the nearest, ties to even.
    private static double rounded(double number, int bits) {
        double unit = Math.scalb(1.0, Math.getExponent(number) - bits + 1);
        return number == 0 ? number : Math.rint(number / unit) * unit;
    }

    /// All parameters after a step of plain gradient descent, as the kernel's header defines it.
    private static double[] stepped(List<double[]> weights, DoubleUnaryOperator round) {
        int layers = WIDTHS.length - 1;
        double[][] w = new double[layers][];
        double[][] steps = new double[2 * layers][];
        for (int l = 0; l < layers; l++) {
            w[l] = Arrays.stream(weights.get(2 * l)).map(round).toArray();
            steps[2 * l] = new double[w[l].length];
            steps[2 * l + 1] = new double[WIDTHS[l + 1]];
        }
        for (int row = 0; row < ROWS; row++) {
            double[][] a = new double[layers + 1][];
            double[] x = new double[WIDTHS[0]];
            double[] y = new double[WIDTHS[layers]];
            CASE.features(row, x, 0);
            CASE.targets(row, y, 0);
            a[0] = Arrays.stream(x).map(n -> round.applyAsDouble((float) n)).toArray();
            for (int l = 0; l < layers; l++) {
                boolean isLast = l == layers - 1;
                a[l + 1] = new double[WIDTHS[l + 1]];
                for (int o = 0; o < WIDTHS[l + 1]; o++) {
                    double z = weights.get(2 * l + 1)[o];
                    for (int k = 0; k < WIDTHS[l]; k++) {
                        z += a[l][k] * w[l][o * WIDTHS[l] + k];
                    }
                    a[l + 1][o] = isLast ? z : round.applyAsDouble(Math.max(z, 0));
                }
            }
            double[] delta = new double[WIDTHS[layers]];
            for (int o = 0; o < delta.length; o++) {
                delta[o] = round.applyAsDouble(2 * (a[layers][o] - y[o]));
            }
            for (int l = layers - 1; l >= 0; l--) {
                double[] below = new double[WIDTHS[l]];
                for (int o = 0; o < WIDTHS[l + 1]; o++) {
                    steps[2 * l + 1][o] += delta[o];
                    for (int k = 0; k < WIDTHS[l]; k++) {
                        steps[2 * l][o * WIDTHS[l] + k] += delta[o] * a[l][k];
                        below[k] += delta[o] * w[l][o * WIDTHS[l] + k];
                    }
                }
                for (int k = 0; k < WIDTHS[l]; k++) {
                    below[k] = a[l][k] > 0 ? round.applyAsDouble(below[k]) : 0;
                }
                delta = below;
            }
        }
        double scale = LR / (ROWS * WIDTHS[layers]);
        for (int i = 0; i < steps.length; i++) {
            for (int e = 0; e < steps[i].length; e++) {
                steps[i][e] = (float) weights.get(i)[e] - scale * steps[i][e];
            }
        }
        return Arrays.stream(steps).flatMapToDouble(Arrays::stream).toArray();
    }
}
