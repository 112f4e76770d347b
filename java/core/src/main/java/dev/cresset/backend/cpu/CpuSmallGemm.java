package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuSimd.LOOPS;

import dev.cresset.backend.Activation;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Products that are so small that calling a library costs more than computing, and those without a term (inner size
/// 0), with what a linear layer does behind them. The sums are taken in `double`.
final class CpuSmallGemm {
    /// Up to this many multiplications our own loops are faster than a call of a library.
    private static final long MOST = 2048;

    private final boolean rounds;

    CpuSmallGemm(Precision precision) {
        this.rounds = precision == Precision.FP32;
    }

    /// Whether a product of `inner` terms for each number of c is one of these.
    static boolean takes(Tensor c, int inner) {
        return inner == 0 || c.size() * inner <= MOST;
    }

    /// `c ← op(a) · op(b) + beta · c`.
    void gemm(CpuScratch scratch, Factors factors, Tensor a, Tensor b, Tensor c, double beta) {
        double[] sums = product(scratch, factors, a, b, c);
        int size = (int) c.size();
        if (beta != 0) {
            double[] old = CpuOneBlock.load(scratch, 4, c);
            for (int i = 0; i < size; i++) {
                sums[i] += beta * old[i];
            }
        }
        scratch.store(c, 0, sums, 0, size);
    }

    /// `z ← a · Wᵀ + 1 · b`, and `y ← f(z)` if there is a y; rounded in between as the verbs one after the other.
    void linear(CpuScratch scratch, Tensor a, Tensor weight, Tensor bias, Tensor z, Activation f, @Nullable Tensor y) {
        double[] sums = product(scratch, Factors.SECOND_TRANSPOSED, a, weight, z);
        int size = (int) z.size();
        int width = z.columns();
        double[] row = scratch.block(4, BlockLoops.padded(width));
        scratch.load(bias, 0, row, 0, width);
        if (z.rows() > 1) {
            Arrays.fill(row, width, BlockLoops.padded(width), -0.0);
        }
        if (rounds) {
            LOOPS.addRowRounded(sums, row, z.rows(), width);
        } else {
            LOOPS.addRow(sums, row, z.rows(), width);
        }
        scratch.store(z, 0, sums, 0, size);
        if (y != null) {
            double[] values = scratch.block(0, size);
            CpuActivations.value(f, sums, values, size);
            scratch.store(y, 0, values, 0, size);
        }
    }

    private static double[] product(CpuScratch scratch, Factors factors, Tensor first, Tensor second, Tensor c) {
        int rows = c.rows();
        int width = c.columns();
        int inner = factors.firstFlips() ? first.rows() : first.columns();
        double[] a = CpuOneBlock.load(scratch, 0, first);
        double[] b = CpuOneBlock.load(scratch, 1, second);
        double[] sums = scratch.block(3, rows * width);
        if (rows == 1 && factors.secondFlips()) {
            dots(a, b, sums, inner, width);
            return sums;
        }
        if (factors.secondFlips()) {
            b = transposed(scratch, b, width, inner);
        }
        if (factors.firstFlips()) {
            LOOPS.product(a, 1, rows, b, sums, rows, inner, width);
        } else {
            LOOPS.product(a, inner, 1, b, sums, rows, inner, width);
        }
        return sums;
    }

    /// One row times a transposed matrix: number by number, since transposing takes as many steps.
    private static void dots(double[] a, double[] b, double[] sums, int inner, int width) {
        int at = 0;
        for (int j = 0; j < width; j++) {
            double sum = 0;
            for (int k = 0; k < inner; k++) {
                sum += a[k] * b[at++];
            }
            sums[j] = sum;
        }
    }

    private static double[] transposed(CpuScratch scratch, double[] numbers, int rows, int columns) {
        double[] flipped = scratch.block(2, rows * columns);
        int at = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = i; j < rows * columns; j += rows) {
                flipped[j] = numbers[at++];
            }
        }
        return flipped;
    }
}
