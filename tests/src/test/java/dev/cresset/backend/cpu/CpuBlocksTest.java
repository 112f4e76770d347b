package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Stretches of numbers in vectors and in plain loops: the same bits, and nothing beside them touched.
class CpuBlocksTest {
    private static final int BEFORE = 3;
    private static final int BEHIND = 9;

    private interface Use {
        void of(CpuBlocks blocks, CpuScratch scratch, Operands x);
    }

    /// Three matrices and four rows, of which the stretch is a part.
    private record Operands(List<Tensor> tensors, List<double[]> rows) {
        Tensor t(int i) {
            return tensors.get(i);
        }

        double[] r(int i) {
            return rows.get(i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 257, 511, 512})
    void vectorsGiveTheSameBits(int n) {
        List<Use> uses = List.of(
                (b, s, x) -> b.addRow(s, x.t(0), x.t(1), BEFORE, 0, n, x.r(0)),
                (b, s, x) -> b.relu(s, x.t(0), x.t(1), BEFORE, 0, n),
                (b, s, x) -> b.reluGradient(s, x.t(0), x.t(1), x.t(2), BEFORE, 0, n),
                (b, s, x) -> b.reluGradient(s, x.t(0), x.t(1), x.t(1), BEFORE, 0, n),
                (b, s, x) -> b.addValues(s, x.t(0), BEFORE, 0, n, x.r(0)),
                (b, s, x) -> b.addSquares(s, x.t(0), BEFORE, 0, n, x.r(1), x.r(0)),
                (b, s, x) -> b.addProducts(s, x.t(0), x.t(1), BEFORE, 0, n, x.r(0), x.r(1)),
                (b, s, x) -> b.normalize(s, x.t(0), x.t(1), x.t(2), BEFORE, 0, n, x.r(0), x.r(1), x.r(2), x.r(3)),
                (b, s, x) -> b.normalizeGradient(s, x.t(0), x.t(1), x.t(2), BEFORE, 0, n, x.r(0), x.r(1), x.r(2)),
                (b, s, x) -> b.sgd(s, x.t(0), x.t(1), BEFORE, 0, n, 0.1, 0.01),
                (b, s, x) -> b.momentum(s, x.t(0), x.t(1), x.t(2), BEFORE, 0, n, 0.1, 0.9, 0.8, 0.01));
        try (CpuBackend device = CpuBackend.open(Precision.FP32, 1)) {
            for (int i = 0; i < uses.size(); i++) {
                Operands plain = operands(device, n, i);
                Operands vectors = operands(device, n, i);
                uses.get(i).of(PlainBlocks.ALL, new CpuScratch(), plain);
                uses.get(i).of(VectorBlocks.ALL, new CpuScratch(), vectors);
                for (int k = 0; k < 3; k++) {
                    assertArrayEquals(plain.t(k).toArray(), vectors.t(k).toArray(), "verb " + i + ", tensor " + k);
                    assertEquals(7, vectors.t(k).get(0, BEFORE - 1), "verb " + i);
                    assertEquals(7, vectors.t(k).get(0, BEFORE + n), "verb " + i);
                }
                for (int k = 0; k < 4; k++) {
                    assertArrayEquals(plain.r(k), vectors.r(k), "verb " + i + ", row " + k);
                }
            }
        }
    }

    private static Operands operands(CpuBackend device, int n, int seed) {
        Random random = new Random(seed);
        List<Tensor> tensors = new ArrayList<>();
        List<double[]> rows = new ArrayList<>();
        double[] special = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e-45, 3e38};
        for (int k = 0; k < 3; k++) {
            double[] numbers = new double[BEFORE + n + BEHIND];
            java.util.Arrays.fill(numbers, 7);
            for (int i = 0; i < n; i++) {
                boolean isSpecial = random.nextInt(6) == 0;
                numbers[BEFORE + i] = isSpecial ? special[random.nextInt(special.length)] : random.nextGaussian();
            }
            tensors.add(device.tensor(1, numbers.length, numbers));
        }
        for (int k = 0; k < 4; k++) {
            rows.add(random.doubles(n + BlockFunctions.SLACK, -2, 2).toArray());
        }
        return new Operands(tensors, rows);
    }
}
