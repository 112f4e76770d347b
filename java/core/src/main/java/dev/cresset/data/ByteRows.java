package dev.cresset.data;

import java.util.List;
import java.util.Objects;

/// Rows in one row-major array of unsigned bytes, each worth `scale`.
record ByteRows(int count, int width, byte[] values, double scale) implements Rows {
    @Override
    public double at(int row, int column) {
        return scale * (values[Objects.checkIndex(row, count) * width + Objects.checkIndex(column, width)] & 0xFF);
    }

    @Override
    public void copy(int row, double[] to, int offset) {
        int from = Objects.checkIndex(row, count) * width;
        Objects.checkFromIndexSize(offset, width, to.length);
        for (int column = 0; column < width; column++) {
            to[offset + column] = scale * (values[from + column] & 0xFF);
        }
    }

    /// Nothing to search: a finite scale times a byte is finite, unless the scale itself is near the largest
    /// double.
    @Override
    public void requireFinite(String what, List<String> columns) {
        if (!Double.isFinite(scale * 0xFF)) {
            FiniteCheck.require(this, what, columns);
        }
    }
}
