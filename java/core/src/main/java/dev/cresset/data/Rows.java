package dev.cresset.data;

import java.util.List;

/// Rows of numbers on the host: `count()` rows of `width()` columns, read at random, never written.
///
/// The numbers stay in the narrowest storage that holds them exactly: doubles, or unsigned bytes with one scale
/// factor (pictures: an eighth of the memory). Selecting rows and standardising give views that compute on
/// reading. Rows and columns are numbered from 0. Safe to read from several threads.
public sealed interface Rows permits DoubleRows, ByteRows, SelectedRows, StandardizedRows {

    /// The number of rows, at least 0.
    int count();

    /// The number of columns, at least 1.
    int width();

    /// One number.
    ///
    /// @throws IndexOutOfBoundsException if `row` or `column` is outside these rows
    double at(int row, int column);

    /// Overwrites `to[offset … offset + width() − 1]` with one row; allocates nothing.
    ///
    /// @throws IndexOutOfBoundsException if `row` is outside these rows or `to` has no room at `offset`; nothing
    ///     is written then
    void copy(int row, double[] to, int offset);

    /// A view of the rows with these numbers, in this order; a number may occur more than once. The data is
    /// shared, the array of numbers is copied.
    ///
    /// @throws IndexOutOfBoundsException if a number is outside these rows
    default Rows select(int[] rows) {
        return SelectedRows.of(this, rows);
    }

    /// Refuses NaN and infinite values.
    ///
    /// @param what the name of these rows in the error, such as `"features"`
    /// @throws IllegalArgumentException naming the first bad value's row and column number
    default void requireFinite(String what) {
        requireFinite(what, List.of());
    }

    /// Refuses NaN and infinite values, with names for the columns.
    ///
    /// @param what    the name of these rows in the error, such as `"features"`
    /// @param columns a name for each column, or an empty list: numbers are used then
    /// @throws IllegalArgumentException naming the first bad value's row and column
    default void requireFinite(String what, List<String> columns) {
        FiniteCheck.require(this, what, columns);
    }

    /// Rows from one array a row; the values are copied.
    ///
    /// @throws IllegalArgumentException if there is no row, a row is empty, or the rows differ in length
    static Rows of(double[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("Rows: at least one row expected, found none.");
        }
        int width = rows[0].length;
        double[] values = new double[ShapeCheck.length(rows.length, width)];
        for (int row = 0; row < rows.length; row++) {
            if (rows[row].length != width) {
                throw new IllegalArgumentException("Rows: row " + row + " has " + rows[row].length
                        + " columns where row 0 has " + width + ". Give every row the same length.");
            }
            System.arraycopy(rows[row], 0, values, row * width, width);
        }
        return new DoubleRows(rows.length, width, values);
    }

    /// Rows from row-major values, `values[row · columns + column]`; the values are copied.
    ///
    /// @throws IllegalArgumentException if `values` does not hold exactly `rows · columns` numbers
    static Rows of(int rows, int columns, double... values) {
        return wrap(rows, columns, values.clone());
    }

    /// Rows over a row-major array without a copy: the caller hands the array over and never writes to it again.
    ///
    /// @throws IllegalArgumentException if `values` does not hold exactly `rows · columns` numbers
    static Rows wrap(int rows, int columns, double[] values) {
        ShapeCheck.require(rows, columns, values.length);
        return new DoubleRows(rows, columns, values);
    }

    /// Rows over row-major unsigned bytes without a copy: the value is `scale · (byte & 0xFF)`. The caller hands
    /// the array over and never writes to it again.
    ///
    /// @param scale what one unit is worth, finite and not 0; pictures use `1.0 / 255`
    /// @throws IllegalArgumentException if `values` does not hold exactly `rows · columns` bytes, or for a bad
    ///     scale
    static Rows wrap(int rows, int columns, byte[] values, double scale) {
        ShapeCheck.require(rows, columns, values.length);
        if (!Double.isFinite(scale) || scale == 0) {
            throw new IllegalArgumentException("Rows: a finite scale other than 0 expected, found " + scale + ".");
        }
        return new ByteRows(rows, columns, values, scale);
    }

    /// One column of class numbers, in bytes where they fit (below 256).
    ///
    /// @throws IllegalArgumentException if a number is negative
    static Rows ofLabels(int... labels) {
        int largest = 0;
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] < 0) {
                throw new IllegalArgumentException("Labels: row " + row + " holds " + labels[row]
                        + ", but class numbers start at 0. Number the classes 0, 1, 2, …");
            }
            largest = Math.max(largest, labels[row]);
        }
        if (largest > 0xFF) {
            double[] wide = new double[labels.length];
            for (int row = 0; row < wide.length; row++) {
                wide[row] = labels[row];
            }
            return new DoubleRows(labels.length, 1, wide);
        }
        byte[] narrow = new byte[labels.length];
        for (int row = 0; row < narrow.length; row++) {
            narrow[row] = (byte) labels[row];
        }
        return new ByteRows(labels.length, 1, narrow, 1);
    }
}
