package dev.cresset.backend.cpu;

import dev.cresset.backend.HostCodes;
import dev.cresset.backend.Table;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// Draws rows of tables. Tensors of a call are the table's numbers and the output, its option is a [Rows].
final class CpuDraw {
    private CpuDraw() {}

    /// Which rows of which table; `oneHot` where class numbers are written out.
    private record Rows(Table table, RowOrder order, long batch, Form form) {}

    /// How a row of the table becomes one of the output.
    private enum Form {
        COPIED,
        ONE_HOT
    }

    static void features(CpuCalls calls, Table features, RowOrder order, Counter batch, Tensor x) {
        draw(calls, new Rows(features, order, CpuCounter.count(batch), Form.COPIED), x);
    }

    static void targets(CpuCalls calls, Table targets, RowOrder order, Counter batch, Tensor target) {
        Form form = target.columns() > targets.columns() ? Form.ONE_HOT : Form.COPIED;
        draw(calls, new Rows(targets, order, CpuCounter.count(batch), form), target);
    }

    private static void draw(CpuCalls calls, Rows rows, Tensor y) {
        CpuCall call = calls.take().with(rows.table.numbers()).with(y).option(rows);
        call.rows(CpuDraw::draw, y, CpuCall.LIGHT).end();
    }

    /// `y_i ← row order.row(batch, i) of the table`, over the rows of y.
    private static void draw(CpuCall call, long from, long to, CpuScratch scratch) {
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
