package dev.cresset.backend.cpu;

import dev.cresset.nativeloader.OpenBlas;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;

/// Products of matrices: a, b, c, and for a linear layer the row that is added to c; [Factors] as option, beta as
/// scalar.
///
/// c is cut into tiles by the shape of the product alone, and each tile is one call of OpenBLAS on one thread: so the
/// threads are ours, all verbs share them, and their number changes no bit. Very small products are plain loops.
final class CpuGemm {
    /// Up to this many multiplications a plain loop is faster than a call of OpenBLAS.
    private static final long SMALL = 64;

    /// Multiplications of a tile that are worth another thread.
    private static final long WORTH_A_TILE = 1 << 20;

    /// a, b and c, whose addresses OpenBLAS is given.
    private static final int OPERANDS = 3;

    private static final int MOST_TILES = 64;
    private static final int SMALLEST_SIDE = 64;

    /// Tiles begin at multiples of this, which the loops inside OpenBLAS divide.
    private static final int SIDE_STEP = 16;

    private final boolean isFloat;
    private final OpenBlas blas;
    private final Kernel tiles = this::tiles;

    CpuGemm(Precision precision, OpenBlas blas) {
        this.isFloat = precision == Precision.FP32;
        this.blas = blas;
    }

    /// `c ← op(a) · op(b) + beta · c`, and with a row `c ← c + 1 · row` after it, rounded as the one after the other.
    void product(CpuCall call) {
        Tensor c = call.tensor(2);
        int inner = inner(call);
        if (c.size() == 0) {
            return;
        }
        if (inner == 0 || c.size() * inner <= SMALL) {
            CpuSmallGemm.product(call, inner);
            addRow(call, 0, 0, c.rows(), c.columns(), call.scratch());
            return;
        }
        int height = c.rows();
        int width = c.columns();
        long wanted = Math.min(MOST_TILES, c.size() * inner / WORTH_A_TILE);
        while (count(c, height, width) * 2 <= wanted && Math.max(height, width) > SMALLEST_SIDE) {
            if (height >= width) {
                height = half(height);
            } else {
                width = half(width);
            }
        }
        call.words(height, width);
        int held = 0;
        try {
            for (; held < OPERANDS; held++) {
                buffer(call, held).hold();
            }
            call.run(tiles, count(c, height, width), 1);
        } finally {
            for (int i = 0; i < held; i++) {
                buffer(call, i).release();
            }
        }
    }

    private static CpuBuffer buffer(CpuCall call, int operand) {
        return (CpuBuffer) call.tensor(operand).buffer();
    }

    private static long count(Tensor c, int height, int width) {
        return across(c.rows(), height) * across(c.columns(), width);
    }

    private static long across(int size, int piece) {
        return ((long) size + piece - 1) / piece;
    }

    private static int half(int side) {
        return (side / 2 + SIDE_STEP - 1) / SIDE_STEP * SIDE_STEP;
    }

    private static int inner(CpuCall call) {
        Tensor a = call.tensor(0);
        return call.option(Factors.class).firstFlips() ? a.rows() : a.columns();
    }

    private void tiles(CpuCall call, long from, long to, CpuScratch scratch) {
        Tensor c = call.tensor(2);
        int height = (int) call.word(0);
        int width = (int) call.word(1);
        long down = across(c.rows(), height);
        for (long tile = from; tile < to; tile++) {
            int row = (int) (tile % down) * height;
            int column = (int) (tile / down) * width;
            int rows = Math.min(height, c.rows() - row);
            int columns = Math.min(width, c.columns() - column);
            tile(call, row, column, rows, columns);
            addRow(call, row, column, rows, columns, scratch);
        }
    }

    private void tile(CpuCall call, int row, int column, int rows, int columns) {
        Factors factors = call.option(Factors.class);
        Tensor a = call.tensor(0);
        Tensor b = call.tensor(1);
        Tensor c = call.tensor(2);
        int flipA = factors.firstFlips() ? OpenBlas.TRANSPOSE : OpenBlas.NO_TRANSPOSE;
        int flipB = factors.secondFlips() ? OpenBlas.TRANSPOSE : OpenBlas.NO_TRANSPOSE;
        long atA = CpuBuffer.address(a, factors.firstFlips() ? row : (long) row * a.columns());
        long atB = CpuBuffer.address(b, factors.secondFlips() ? (long) column * b.columns() : column);
        long atC = CpuBuffer.address(c, (long) row * c.columns() + column);
        int inner = inner(call);
        int lda = a.columns();
        int ldb = b.columns();
        int ldc = c.columns();
        double beta = call.scalar(0);
        if (isFloat) {
            blas.sgemm(flipA, flipB, rows, columns, inner, atA, lda, atB, ldb, (float) beta, atC, ldc);
        } else {
            blas.dgemm(flipA, flipB, rows, columns, inner, atA, lda, atB, ldb, beta, atC, ldc);
        }
    }

    /// Adds the row, if there is one, to a tile of c.
    private static void addRow(CpuCall call, int row, int column, int rows, int columns, CpuScratch scratch) {
        if (call.tensors() < 4) {
            return;
        }
        Tensor c = call.tensor(2);
        double[] bias = scratch.block(0, columns);
        double[] block = scratch.block(1, columns);
        scratch.load(call.tensor(3), column, bias, 0, columns);
        for (int i = 0; i < rows; i++) {
            long at = (long) (row + i) * c.columns() + column;
            scratch.load(c, at, block, 0, columns);
            for (int j = 0; j < columns; j++) {
                block[j] += bias[j];
            }
            scratch.store(c, at, block, 0, columns);
        }
    }
}
