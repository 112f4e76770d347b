package dev.cresset.backend.cpu;

import dev.cresset.backend.HostCodes;
import dev.cresset.backend.Table;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// Draws rows of tables. Tensors of a call are the table's numbers and the output, its option is a [Rows].
final class CpuDraw {
    private CpuDraw() {}

    /// Which rows of which table; `oneHot` where class numbers are written out.
    record Rows(Table table, RowOrder order, long batch, Form form) {}

    /// How a row of the table becomes one of the output.
    enum Form {
        COPIED,
        ONE_HOT
    }

    /// `y_i ← row order.row(batch, i) of the table`, over the rows of y.
    static void draw(CpuCall call, long from, long to, CpuScratch scratch) {
        Rows rows = call.option(Rows.class);
        Tensor numbers = call.tensor(0);
        Tensor y = call.tensor(1);
        int columns = rows.table.columns();
        double[] row = scratch.block(0, Math.max(columns, y.columns()));
        for (long i = from; i < to; i++) {
            long first = (long) rows.order.row(rows.batch, (int) i) * columns;
            if (rows.table.codes().orElse(null) instanceof HostCodes codes) {
                for (int j = 0; j < columns; j++) {
                    row[j] = CpuBuffer.get(numbers, codes.bytes()[(int) first + j] & 0xFF);
                }
            } else {
                scratch.load(numbers, first, row, 0, columns);
            }
            if (rows.form == Form.ONE_HOT) {
                int label = (int) row[0];
                Arrays.fill(row, 0, y.columns(), 0);
                row[label] = 1;
            }
            scratch.store(y, i * y.columns(), row, 0, y.columns());
        }
    }
}
