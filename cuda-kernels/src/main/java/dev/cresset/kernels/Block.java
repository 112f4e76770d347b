package dev.cresset.kernels;

/// The shape of a block of threads; what the kernels' `__launch_bounds__` promise.
public enum Block {
    /// 256 threads in a row: elements, one to one.
    ELEMENTS(256, 1),
    /// 32 neighbouring columns × 8 rows of a matrix.
    COLUMNS(32, 8),
    /// 4 rows of a matrix, one warp for each.
    ROWS(32, 4);

    private final int x;
    private final int y;

    Block(int x, int y) {
        this.x = x;
        this.y = y;
    }

    public int x() {
        return x;
    }

    public int y() {
        return y;
    }

    /// Threads of a block.
    public int threads() {
        return x * y;
    }
}
