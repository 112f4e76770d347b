package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.CpuScratch.BLOCK;

import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// Products of matrices: a, b, c, for a linear layer the row that is added to c, for one with an activation what that
/// gives; [Factors] as option, beta as scalar.
///
/// c is cut into tiles by the shape of the product alone, and each tile is one call of the library on one thread: so
/// the threads are ours, all verbs share them, and their number changes no bit. [CpuSmallGemm] has the very small ones.
/// How large tiles should be was measured (docs/notes/0005).
final class CpuGemm {
    /// Multiplications of a tile that are worth another thread.
    private static final long WORTH_A_TILE = 1 << 22;

    /// Tiles that there are at least, if they are worth it; more only of this size, or larger.
    private static final int FEW_TILES = 4;

    private static final long LARGE_TILE = 1 << 18;
    private static final int MOST_TILES = 64;

    /// a, b and c, whose addresses the library is given.
    private static final int OPERANDS = 3;

    private static final int SMALLEST_SIDE = 64;

    /// Tiles begin at multiples of this, which the loops inside OpenBLAS divide.
    private static final int SIDE_STEP = 16;

    private final CpuProducts products;
    private final CpuTiles ends;
    private final Kernel tiles = this::tiles;

    /// @param ends what is done to each tile behind the product
    CpuGemm(CpuProducts products, CpuTiles ends) {
        this.products = products;
        this.ends = ends;
    }

    /// `c ← op(a) · op(b) + beta · c`, and with a row `c ← c + 1 · row` after it, rounded as the one after the other.
    void product(CpuCall call) {
        Tensor c = call.tensor(2);
        if (c.size() == 0) {
            return;
        }
        int inner = inner(call);
        int height = c.rows();
        int width = c.columns();
        long wanted = Math.min(MOST_TILES, c.size() * inner / WORTH_A_TILE);
        while (count(c, height, width) * 2 <= wanted
                && Math.max(height, width) > SMALLEST_SIDE
                && (count(c, height, width) < FEW_TILES || (long) height * width >= 2 * LARGE_TILE)) {
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
            if (inner(call) == 0) {
                withoutTerms(call, row, column, rows, columns, scratch);
            } else {
                tile(call, row, column, rows, columns);
            }
            if (call.tensors() > OPERANDS) {
                ends.finish(call, row, column, rows, columns, scratch);
            }
        }
    }

    /// `c ← beta · c`, since libraries want a term at least.
    private static void withoutTerms(CpuCall call, int row, int column, int rows, int columns, CpuScratch scratch) {
        Tensor c = call.tensor(2);
        double beta = call.scalar(0);
        double[] values = scratch.block(0);
        for (int i = row; i < row + rows; i++) {
            for (int j = 0; j < columns; j += BLOCK) {
                long at = (long) i * c.columns() + column + j;
                int n = Math.min(BLOCK, columns - j);
                if (beta == 0) {
                    Arrays.fill(values, 0, n, 0);
                } else {
                    scratch.load(c, at, values, 0, n);
                    for (int k = 0; k < n; k++) {
                        values[k] *= beta;
                    }
                }
                scratch.store(c, at, values, 0, n);
            }
        }
    }

    private void tile(CpuCall call, int row, int column, int rows, int columns) {
        Factors factors = call.option(Factors.class);
        Tensor a = call.tensor(0);
        Tensor b = call.tensor(1);
        Tensor c = call.tensor(2);
        long atA = CpuBuffer.address(a, factors.firstFlips() ? row : (long) row * a.columns());
        long atB = CpuBuffer.address(b, factors.secondFlips() ? (long) column * b.columns() : column);
        long atC = CpuBuffer.address(c, (long) row * c.columns() + column);
        int inner = inner(call);
        products.multiply(
                factors, rows, columns, inner, atA, a.columns(), atB, b.columns(), call.scalar(0), atC, c.columns());
    }
}
