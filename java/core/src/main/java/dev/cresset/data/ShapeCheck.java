package dev.cresset.data;

/// Whether a shape is one that [Rows] can have.
final class ShapeCheck {
    /// The longest array that every JVM allocates: some reserve a few header words below `Integer.MAX_VALUE`.
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private ShapeCheck() {}

    /// `rows · columns`, refused where it is negative, has no column, or outgrows an array.
    static int length(int rows, int columns) {
        if (rows < 0 || columns < 1) {
            throw new IllegalArgumentException("Rows: at least 0 rows of at least 1 column expected, found " + rows
                    + " rows of " + columns + " columns.");
        }
        long length = (long) rows * columns;
        if (length > LONGEST_ARRAY) {
            throw new IllegalArgumentException("Rows: " + rows + " rows of " + columns + " columns are " + length
                    + " values, but one set of rows holds at most " + LONGEST_ARRAY + ". Use fewer rows.");
        }
        return (int) length;
    }

    static void require(int rows, int columns, int found) {
        int expected = length(rows, columns);
        if (found != expected) {
            throw new IllegalArgumentException("Rows: " + rows + " rows of " + columns + " columns need " + expected
                    + " values, found " + found + ".");
        }
    }
}
