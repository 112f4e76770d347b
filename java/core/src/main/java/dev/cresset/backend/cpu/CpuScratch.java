package dev.cresset.backend.cpu;

import dev.cresset.tensor.Tensor;

/// Arrays for the blocks that one thread is computing with. They grow to what was wanted most and are then kept, so
/// that a steady step allocates nothing.
final class CpuScratch {
    /// Elements of a block: a handful of blocks of `double` fits into a first-level cache.
    static final int BLOCK = 512;

    private static final int BLOCKS = 6;

    private final double[][] blocks = new double[BLOCKS][0];
    private final int[] words = new int[4];
    private float[] staging = new float[BLOCK];

    /// Array number `index`, of at least `length` and [#BLOCK] elements, and the slack behind them that
    /// [BlockFunctions] ask for.
    double[] block(int index, int length) {
        int needed = Math.max(length, BLOCK) + BlockFunctions.SLACK;
        if (blocks[index].length < needed) {
            blocks[index] = new double[needed];
        }
        return blocks[index];
    }

    double[] block(int index) {
        return block(index, BLOCK);
    }

    /// Array number `index` with a row vector (1 × C) `times` times one after the other. A loop over a block of rows
    /// then has one index for everything, which is what the compiler makes vector instructions of.
    double[] repeated(int index, Tensor row, int times) {
        int columns = row.columns();
        double[] block = block(index, columns * times);
        load(row, 0, block, 0, columns);
        repeat(block, columns, times);
        return block;
    }

    /// Copies the first `width` elements behind themselves until they stand there `times` times.
    static void repeat(double[] block, int width, int times) {
        for (int done = 1; done < times; done *= 2) {
            System.arraycopy(block, 0, block, done * width, Math.min(done, times - done) * width);
        }
    }

    /// Takes `count` elements of a tensor from its element `from` on.
    void load(Tensor tensor, long from, double[] to, int at, int count) {
        try {
            ((CpuBuffer) tensor.buffer()).load(tensor.offset() + from, to, at, count, staging(count));
        } catch (IllegalStateException e) {
            throw freedMeanwhile(tensor, e);
        }
    }

    /// Overwrites `count` elements of a tensor from its element `at` on.
    void store(Tensor tensor, long at, double[] from, int start, int count) {
        try {
            ((CpuBuffer) tensor.buffer()).store(tensor.offset() + at, from, start, count, staging(count));
        } catch (IllegalStateException e) {
            throw freedMeanwhile(tensor, e);
        }
    }

    /// Memory that another thread frees meanwhile throws from wherever it is being used.
    private static IllegalStateException freedMeanwhile(Tensor tensor, IllegalStateException e) {
        tensor.buffer().requireOpen();
        return e;
    }

    private float[] staging(int length) {
        if (staging.length < length) {
            staging = new float[length];
        }
        return staging;
    }

    /// Room for one block of random words.
    int[] words() {
        return words;
    }

    /// Whole rows of `columns` elements that make up about a block: 1 or more, and not more than `rows`.
    static int rowsPerBlock(int columns, long rows) {
        return (int) Math.max(1, Math.min(rows, BLOCK / Math.max(1, columns)));
    }
}
