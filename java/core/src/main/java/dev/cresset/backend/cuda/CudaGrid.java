package dev.cresset.backend.cuda;

/// How many blocks work on what. Kernels are right for every grid; these keep a GPU busy. Where blocks leave partial
/// results their number follows from the shape alone, so that every GPU adds in the same order.
final class CudaGrid {
    private static final int THREADS = 256;
    private static final int ELEMENTS_A_THREAD = 4;
    private static final int MOST_BLOCKS = 2048;
    private static final int MOST_PARTIALS = 1024;
    private static final int ROWS_A_BLOCK = 4;
    private static final int COLUMNS_A_BLOCK = 32;
    private static final int SMALLEST_CHUNK = 64;
    private static final int MOST_CHUNKS = 128;
    private static final int TILE_COLUMNS = 16;
    private static final int CLASS_GROUP = 8;

    private CudaGrid() {}

    /// Blocks for `n` elements: a thread for each, until the GPU is full.
    static int elements(long n) {
        return atMost(MOST_BLOCKS, divide(n, THREADS));
    }

    /// Blocks for `n` elements of which a thread takes `size` neighbouring ones at a time.
    static int groups(long n, int size) {
        return elements(divide(n, size));
    }

    /// Blocks, and so partial results, for a sum over `n` elements.
    static int partials(long n) {
        return atMost(MOST_PARTIALS, divide(n, THREADS * ELEMENTS_A_THREAD));
    }

    /// Blocks for rows that each take a warp.
    static int rows(long rows) {
        return atMost(MOST_BLOCKS, divide(rows, ROWS_A_BLOCK));
    }

    /// Blocks, and so partial results, for a sum over rows that each take a warp.
    static int rowPartials(long rows) {
        return atMost(MOST_PARTIALS, divide(rows, ROWS_A_BLOCK));
    }

    /// Blocks side by side for columns.
    static int columns(long columns) {
        return atMost(MOST_BLOCKS, divide(columns, COLUMNS_A_BLOCK));
    }

    /// Blocks side by side for columns of which a thread has 4.
    static int quadColumns(long columns) {
        return atMost(MOST_BLOCKS, divide(columns, 4 * COLUMNS_A_BLOCK));
    }

    /// Rows that one block adds up.
    static long chunk(long rows) {
        return Math.max(SMALLEST_CHUNK, divide(rows, MOST_CHUNKS));
    }

    /// Chunks of rows, and so partial results for each column; 1 or more.
    static int chunks(long rows) {
        return (int) Math.max(1, divide(rows, chunk(rows)));
    }

    /// Blocks for columns that each take 16 of, with all rows.
    static int tiles(long columns) {
        return Math.toIntExact(divide(columns, TILE_COLUMNS));
    }

    /// Blocks for classes that each take 8 of.
    static int classGroups(long classes) {
        return Math.toIntExact(divide(classes, CLASS_GROUP));
    }

    private static long divide(long a, long b) {
        return (a + b - 1) / b;
    }

    private static int atMost(int most, long blocks) {
        return (int) Math.max(1, Math.min(most, blocks));
    }
}
