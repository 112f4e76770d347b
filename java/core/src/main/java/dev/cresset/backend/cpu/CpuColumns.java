package dev.cresset.backend.cpu;

import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// Sums over the rows of a matrix, column by column, in `double`, in float32 too.
///
/// The matrix is cut into pieces, stretches of rows times stretches of columns, by its shape alone. Inside a piece,
/// blocks of rows are added element by element onto one block of sums, whose rows are then added from first to last; so
/// are the stretches in the end. The order of every sum is fixed, whatever thread computes which piece.
final class CpuColumns {
    private static final int WIDEST = 256;
    private static final int SMALLEST_PIECE = 16384;
    private static final int MOST_STRETCHES = 64;

    /// Scratch arrays that pieces use; terms use those below.
    private static final int FIRST_SUMS = 4;

    private static final int SECOND_SUMS = 5;

    private CpuColumns() {}

    /// What a block adds to the sums of its columns: the block is `n` elements long, the first is element `at` of the
    /// matrix.
    interface Terms {
        /// Adds the terms of each element to the same place in `sums`, and those of a second quantity in `others`.
        void add(CpuCall call, CpuScratch scratch, long at, int n, double[] sums, double[] others);
    }

    /// Computes `sums[q · C + c] = Σ_i term_qic` for the columns of tensor 0 of the call, q from 0 to `quantities − 1`,
    /// in shared array 0 of the call, and returns that; what is behind the sums is undefined.
    ///
    /// @param pieces calls [#pieces] with the terms
    static double[] sum(CpuCall call, int quantities, Kernel pieces) {
        Tensor shape = call.tensor(0);
        int length = quantities * shape.columns();
        int stretches = stretches(shape);
        double[] sums = call.shared(0, Math.multiplyExact(Math.max(1, stretches), length));
        if (stretches == 0) {
            Arrays.fill(sums, 0, length, 0);
            return sums;
        }
        call.run(pieces, (long) stretches * across(shape), 1);
        for (int s = 1; s < stretches; s++) {
            for (int j = 0; j < length; j++) {
                sums[j] += sums[s * length + j];
            }
        }
        return sums;
    }

    /// Computes pieces `from .. to − 1`.
    static void pieces(CpuCall call, long from, long to, CpuScratch scratch, int quantities, Terms terms) {
        for (long piece = from; piece < to; piece++) {
            int across = across(call.tensor(0));
            piece(call, (int) (piece / across), (int) (piece % across), scratch, quantities, terms);
        }
    }

    private static void piece(CpuCall call, int stretch, int place, CpuScratch scratch, int quantities, Terms terms) {
        Tensor shape = call.tensor(0);
        int columns = shape.columns();
        int column = place * width(shape);
        int width = Math.min(width(shape), columns - column);
        int step = width == columns ? CpuScratch.rowsPerBlock(columns, shape.rows()) : 1;
        double[] sums = scratch.block(FIRST_SUMS, step * width);
        double[] others = scratch.block(SECOND_SUMS, step * width);
        Arrays.fill(sums, 0, step * width, 0);
        Arrays.fill(others, 0, step * width, 0);
        long end = Math.min(shape.rows(), (stretch + 1L) * height(shape));
        for (long row = (long) stretch * height(shape); row < end; row += step) {
            int rows = (int) Math.min(step, end - row);
            terms.add(call, scratch, row * columns + column, rows * width, sums, others);
        }
        double[] to = call.shared(0);
        int at = stretch * quantities * columns + column;
        addRows(sums, step, width, to, at);
        if (quantities == 2) {
            addRows(others, step, width, to, at + columns);
        }
    }

    private static void addRows(double[] block, int rows, int width, double[] to, int at) {
        System.arraycopy(block, 0, to, at, width);
        for (int i = 1; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                to[at + j] += block[i * width + j];
            }
        }
    }

    /// `Σ_i x_ic`: x.
    static void ofValues(CpuCall call, long from, long to, CpuScratch scratch) {
        pieces(call, from, to, scratch, 1, CpuColumns::addValues);
    }

    private static void addValues(CpuCall call, CpuScratch scratch, long at, int n, double[] sums, double[] others) {
        call.blocks().addValues(scratch, call.tensor(0), at, 0, n, sums);
    }

    private static int width(Tensor x) {
        return Math.max(1, Math.min(x.columns(), WIDEST));
    }

    private static int across(Tensor x) {
        return cut(x.columns(), width(x));
    }

    private static int height(Tensor x) {
        return Math.max(cut(SMALLEST_PIECE, width(x)), cut(x.rows(), MOST_STRETCHES));
    }

    private static int stretches(Tensor x) {
        return cut(x.rows(), height(x));
    }

    private static int cut(int size, int piece) {
        return (int) (((long) size + piece - 1) / piece);
    }
}
