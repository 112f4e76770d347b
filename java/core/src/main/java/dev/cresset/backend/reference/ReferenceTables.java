package dev.cresset.backend.reference;

import dev.cresset.backend.HostCodes;
import dev.cresset.backend.Table;

/// Numbers of tables.
final class ReferenceTables {
    private ReferenceTables() {}

    /// One number.
    static double at(Table table, int row, int column) {
        double[] numbers = ReferenceBuffer.values(table.numbers());
        int first = (int) table.numbers().offset();
        int place = row * table.columns() + column;
        return table.codes().orElse(null) instanceof HostCodes codes
                ? numbers[first + (codes.bytes()[place] & 0xFF)]
                : numbers[first + place];
    }

    /// One number of a target of `wanted` columns: that of the table, or of its class number written out as a row.
    static double target(Table table, int wanted, int row, int column) {
        if (wanted == table.columns()) {
            return at(table, row, column);
        }
        return at(table, row, 0) == column ? 1 : 0;
    }
}
