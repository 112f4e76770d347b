package dev.cresset.standin;

/// The size of what a kernel is given. A grid has one block, so that the threads that meet bounds are known.
///
/// @param rows of the matrices; kernels of a plain number of elements get all of the matrix
/// @param chunk rows of a chunk
record Shape(int rows, int columns, int chunk) {
    /// Between them they meet every bound: walks in batches of 2, 4 and 8 steps of 8, 32 and 256 threads whose last
    /// step lies just at the end, over single elements and over groups of 4 and 8, whole and broken groups of columns,
    /// matrices that end at a guard page.
    static final Shape[] ALL = {
        new Shape(1, 1, 1),
        new Shape(64, 33, 27),
        new Shape(64, 37, 64),
        new Shape(64, 49, 27),
        new Shape(64, 101, 27),
        new Shape(5, 64, 2),
        new Shape(261, 1, 100),
        new Shape(773, 1, 200),
        new Shape(1797, 1, 27)
    };

    int elements() {
        return rows * columns;
    }

    int chunks() {
        return (rows + chunk - 1) / chunk;
    }
}
