package dev.cresset.data;

import java.util.List;

/// The search for NaN and infinite values behind [Rows#requireFinite(String, List)].
final class FiniteCheck {
    private FiniteCheck() {}

    static void require(Rows rows, String what, List<String> columns) {
        if (!columns.isEmpty() && columns.size() != rows.width()) {
            throw new IllegalArgumentException(
                    what + ": " + rows.width() + " column names expected, found " + columns.size() + ".");
        }
        double[] values = new double[rows.width()];
        for (int row = 0; row < rows.count(); row++) {
            rows.copy(row, values, 0);
            for (int column = 0; column < values.length; column++) {
                if (!Double.isFinite(values[column])) {
                    String name = columns.isEmpty() ? String.valueOf(column) : "'" + columns.get(column) + "'";
                    throw new IllegalArgumentException(what + ": a finite number expected in row " + row + ", column "
                            + name + ", found " + values[column] + ". Remove the row or fill in the value.");
                }
            }
        }
    }
}
