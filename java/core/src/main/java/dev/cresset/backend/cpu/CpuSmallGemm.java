package dev.cresset.backend.cpu;

import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// Products that are so small that calling OpenBLAS costs more than computing, and those without a term (inner size 0).
final class CpuSmallGemm {
    private CpuSmallGemm() {}

    /// `c ← op(a) · op(b) + beta · c`, summed in `double`: a, b, c; [Factors] as option, beta as scalar.
    static void product(CpuCall call, int inner) {
        Factors factors = call.option(Factors.class);
        Tensor c = call.tensor(2);
        int columns = c.columns();
        double beta = call.scalar(0);
        double[] a = load(call, 0);
        double[] b = load(call, 1);
        double[] sums = call.scratch().block(2, columns);
        int strideA = factors.firstFlips() ? 1 : inner;
        int stepA = factors.firstFlips() ? c.rows() : 1;
        int strideB = factors.secondFlips() ? inner : 1;
        int stepB = factors.secondFlips() ? 1 : columns;
        for (int i = 0; i < c.rows(); i++) {
            start(call, i, beta, sums);
            for (int j = 0; j < columns; j++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += a[i * strideA + k * stepA] * b[j * strideB + k * stepB];
                }
                sums[j] += sum;
            }
            call.scratch().store(c, (long) i * columns, sums, 0, columns);
        }
    }

    /// beta · c, or zeros that do not depend on c.
    private static void start(CpuCall call, int row, double beta, double[] sums) {
        Tensor c = call.tensor(2);
        int columns = c.columns();
        if (beta == 0) {
            Arrays.fill(sums, 0, columns, 0);
            return;
        }
        call.scratch().load(c, (long) row * columns, sums, 0, columns);
        for (int j = 0; j < columns; j++) {
            sums[j] *= beta;
        }
    }

    private static double[] load(CpuCall call, int index) {
        Tensor x = call.tensor(index);
        int size = (int) x.size();
        double[] values = call.scratch().block(index, size);
        call.scratch().load(x, 0, values, 0, size);
        return values;
    }
}
