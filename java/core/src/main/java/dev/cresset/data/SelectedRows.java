package dev.cresset.data;

import java.util.Objects;

/// Chosen rows of another set of rows, in a chosen order: a view.
record SelectedRows(Rows base, int[] rows) implements Rows {

    /// Selecting from a selection goes back to the rows that hold the data: views never stack up.
    static Rows of(Rows base, int[] rows) {
        int[] chosen = rows.clone();
        for (int i = 0; i < chosen.length; i++) {
            Objects.checkIndex(chosen[i], base.count());
        }
        if (!(base instanceof SelectedRows selection)) {
            return new SelectedRows(base, chosen);
        }
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = selection.rows[chosen[i]];
        }
        return new SelectedRows(selection.base, chosen);
    }

    @Override
    public int count() {
        return rows.length;
    }

    @Override
    public int width() {
        return base.width();
    }

    @Override
    public double at(int row, int column) {
        return base.at(rows[row], column);
    }

    @Override
    public void copy(int row, double[] to, int offset) {
        base.copy(rows[row], to, offset);
    }
}
