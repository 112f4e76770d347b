package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuScratch.BLOCK;

import dev.cresset.tensor.Philox;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// Fill, copy, add a row, blend and dropout. Tensors of a call are the verb's, in its order.
final class CpuElementwise {
    private static final int WORDS = 4;

    private CpuElementwise() {}

    /// `y ← scalar 0`, over elements.
    static void fill(CpuCall call, long from, long to, CpuScratch scratch) {
        double[] value = scratch.block(0);
        Arrays.fill(value, 0, BLOCK, call.scalar(0));
        for (long e = from; e < to; e += BLOCK) {
            scratch.store(call.tensor(0), e, value, 0, (int) Math.min(BLOCK, to - e));
        }
    }

    /// `y ← x`, over elements.
    static void copy(CpuCall call, long from, long to, CpuScratch scratch) {
        CpuBuffer.copy(call.tensor(0), from, call.tensor(1), from, to - from);
    }

    /// `y ← x + row`, over rows.
    static void addRow(CpuCall call, long from, long to, CpuScratch scratch) {
        Tensor x = call.tensor(0);
        Tensor y = call.tensor(2);
        int columns = x.columns();
        int step = CpuScratch.rowsPerBlock(columns, to - from);
        double[] row = scratch.repeated(0, call.tensor(1), step);
        for (long i = from; i < to; i += step) {
            int n = (int) Math.min(step, to - i) * columns;
            call.blocks().addRow(scratch, x, y, i * columns, 0, n, row);
        }
    }

    /// `y_i ← x_(rows_i)`, NaN where there is no such row, over the rows of y.
    static void gather(CpuCall call, long from, long to, CpuScratch scratch) {
        Tensor x = call.tensor(0);
        Tensor y = call.tensor(2);
        int columns = y.columns();
        for (long i = from; i < to; i++) {
            double row = CpuBuffer.get(call.tensor(1), i);
            if (row >= 0 && row < x.rows() && row == Math.rint(row)) {
                CpuBuffer.copy(x, (long) row * columns, y, i * columns, columns);
            } else {
                double[] nothing = scratch.block(0);
                Arrays.fill(nothing, 0, BLOCK, Double.NaN);
                for (int j = 0; j < columns; j += BLOCK) {
                    scratch.store(y, i * columns + j, nothing, 0, Math.min(BLOCK, columns - j));
                }
            }
        }
    }

    /// `y ← keep · y + (1 − keep) · factor · x` with keep, factor as scalars, over elements.
    static void blend(CpuCall call, long from, long to, CpuScratch scratch) {
        double keep = call.scalar(0);
        double rest = (1 - keep) * call.scalar(1);
        double[] x = scratch.block(0);
        double[] y = scratch.block(1);
        for (long e = from; e < to; e += BLOCK) {
            int n = (int) Math.min(BLOCK, to - e);
            scratch.load(call.tensor(0), e, x, 0, n);
            scratch.load(call.tensor(1), e, y, 0, n);
            for (int i = 0; i < n; i++) {
                y[i] = keep * y[i] + rest * x[i];
            }
            scratch.store(call.tensor(1), e, y, 0, n);
        }
    }

    /// `y ← x / (1 − p)` or 0: x, y; p as scalar; words are the seed and the draw. Parts start at multiples of 4.
    static void dropout(CpuCall call, long from, long to, CpuScratch scratch) {
        double probability = call.scalar(0);
        long limit = (long) (probability * 0x1p32);
        double[] block = scratch.block(0);
        int[] words = scratch.words();
        for (long e = from; e < to; e += BLOCK) {
            int n = (int) Math.min(BLOCK, to - e);
            scratch.load(call.tensor(0), e, block, 0, n);
            for (int start = 0; start < n; start += WORDS) {
                Philox.block(call.word(0), call.word(1), (e + start) / WORDS, words);
                for (int i = start; i < Math.min(start + WORDS, n); i++) {
                    long behind = Integer.toUnsignedLong(words[i - start]) - limit;
                    block[i] = CpuSelect.unlessNegative(behind, block[i] / (1 - probability));
                }
            }
            scratch.store(call.tensor(1), e, block, 0, n);
        }
    }
}
