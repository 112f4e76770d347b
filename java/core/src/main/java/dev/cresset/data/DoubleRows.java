package dev.cresset.data;

import java.util.Objects;

/// Rows in one row-major array of doubles.
record DoubleRows(int count, int width, double[] values) implements Rows {
    @Override
    public double at(int row, int column) {
        return values[Objects.checkIndex(row, count) * width + Objects.checkIndex(column, width)];
    }

    @Override
    public void copy(int row, double[] to, int offset) {
        System.arraycopy(values, Objects.checkIndex(row, count) * width, to, offset, width);
    }
}
