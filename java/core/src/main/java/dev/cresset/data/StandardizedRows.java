package dev.cresset.data;

import java.util.Objects;

/// Another set of rows with each column shifted and scaled on reading: a view. See [Standardizer#apply(Rows)].
record StandardizedRows(Rows base, double[] mean, double[] deviation) implements Rows {
    @Override
    public int count() {
        return base.count();
    }

    @Override
    public int width() {
        return mean.length;
    }

    @Override
    public double at(int row, int column) {
        return (base.at(row, column) - mean[Objects.checkIndex(column, mean.length)]) / deviation[column];
    }

    @Override
    public void copy(int row, double[] to, int offset) {
        base.copy(row, to, offset);
        for (int column = 0; column < mean.length; column++) {
            // A division, not a product with 1/σ: the value is then the formula's, to the last bit.
            to[offset + column] = (to[offset + column] - mean[column]) / deviation[column];
        }
    }

    /// The selection goes underneath, so that repeated selections still fold into one.
    @Override
    public Rows select(int[] rows) {
        return new StandardizedRows(base.select(rows), mean, deviation);
    }
}
