package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuSimd.LOOPS;

import dev.cresset.backend.Activation;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Products that are so small that calling a library costs more than computing, with what a linear layer does behind
/// them. The sums are taken in `double`.
final class CpuSmallGemm {
    /// Up to this many multiplications our own loops are faster than a call of a library.
    private static final long MOST = 2048;

    private final boolean rounds;

    CpuSmallGemm(Precision precision) {
        this.rounds = precision == Precision.FP32;
    }

    /// Whether a product of `inner` terms for each number of c is one of these.
    static boolean takes(Tensor c, int inner) {
        return c.size() * Math.max(1, inner) <= MOST && c.size() > 0;
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
        double[] sums = z.rows() == 1 ? ofOneRow(scratch, a, weight, bias) : ofRows(scratch, a, weight, bias);
        int size = (int) z.size();
        scratch.store(z, 0, sums, 0, size);
        if (y != null) {
            double[] values = scratch.block(0, size);
            CpuActivations.value(f, sums, values, size);
            scratch.store(y, 0, values, 0, size);
        }
    }

    private double[] ofRows(CpuScratch scratch, Tensor a, Tensor weight, Tensor bias) {
        int rows = a.rows();
        int inner = a.columns();
        int width = weight.rows();
        double[] x = CpuOneBlock.load(scratch, 0, a);
        double[] w = transposed(scratch, CpuOneBlock.load(scratch, 1, weight), width, inner);
        double[] row = CpuOneBlock.load(scratch, 4, bias);
        double[] sums = scratch.block(3, rows * width);
        if (rounds) {
            LOOPS.linearRounded(x, w, row, sums, rows, inner, width);
            return sums;
        }
        LOOPS.product(x, inner, 1, w, sums, rows, inner, width);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                sums[i * width + j] += row[j];
            }
        }
        return sums;
    }

    /// Number by number, since transposing the weights takes as many steps.
    private double[] ofOneRow(CpuScratch scratch, Tensor a, Tensor weight, Tensor bias) {
        double[] x = CpuOneBlock.load(scratch, 0, a);
        double[] w = CpuOneBlock.load(scratch, 1, weight);
        double[] row = CpuOneBlock.load(scratch, 4, bias);
        int inner = a.columns();
        int width = weight.rows();
        double[] sums = scratch.block(3, width);
        int at = 0;
        for (int j = 0; j < width; j++) {
            double sum = 0;
            for (int k = 0; k < inner; k++) {
                sum += x[k] * w[at++];
            }
            sums[j] = rounds ? (float) ((float) sum + row[j]) : sum + row[j];
        }
        return sums;
    }

    private static double[] product(CpuScratch scratch, Factors factors, Tensor first, Tensor second, Tensor c) {
        int rows = c.rows();
        int width = c.columns();
        int inner = factors.firstFlips() ? first.rows() : first.columns();
        double[] a = CpuOneBlock.load(scratch, 0, first);
        double[] b = CpuOneBlock.load(scratch, 1, second);
        if (factors.secondFlips()) {
            b = transposed(scratch, b, width, inner);
        }
        double[] sums = scratch.block(3, rows * width);
        if (factors.firstFlips()) {
            LOOPS.product(a, 1, rows, b, sums, rows, inner, width);
        } else {
            LOOPS.product(a, inner, 1, b, sums, rows, inner, width);
        }
        return sums;
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
