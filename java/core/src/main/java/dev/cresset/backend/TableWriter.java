package dev.cresset.backend;

import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// Makes a [Table]: looks how many different numbers there are, then copies them in the form that fits, some rows at a
/// time.
final class TableWriter {
    private static final int ELEMENTS_AT_ONCE = 1 << 18;

    private final Device device;
    private final int rows;
    private final int columns;
    private final Table.Source source;
    private final int rowsAtOnce;
    private final double[] some;

    TableWriter(Device device, int rows, int columns, Table.Source source) {
        this.device = device;
        this.rows = rows;
        this.columns = columns;
        this.source = source;
        this.rowsAtOnce = Math.max(1, Math.min(rows, ELEMENTS_AT_ONCE / Math.max(1, columns)));
        this.some = new double[Math.multiplyExact(rowsAtOnce, columns)];
    }

    Table table() {
        FewNumbers few = new FewNumbers();
        return areFew(few) ? ofCodes(few) : ofNumbers();
    }

    private boolean areFew(FewNumbers few) {
        for (int from = 0; from < rows; from += rowsAtOnce) {
            int count = read(from);
            for (int i = 0; i < count; i++) {
                if (!few.add(some[i])) {
                    return false;
                }
            }
        }
        return true;
    }

    private Table ofCodes(FewNumbers few) {
        Tensor[] place = new Tensor[1];
        Arena arena = Arena.filledBy(device, a -> place[0] = a.tensor(1, Table.CODES));
        Codes bytes = null;
        try {
            place[0].write(few.numbers());
            bytes = device.codes((long) rows * columns);
            byte[] part = new byte[some.length];
            for (int from = 0; from < rows; from += rowsAtOnce) {
                int count = read(from);
                for (int i = 0; i < count; i++) {
                    part[i] = few.of(some[i]);
                }
                bytes.write((long) from * columns, part, 0, count);
            }
            return new Table(rows, columns, arena, place[0], Optional.of(bytes));
        } catch (RuntimeException | Error e) {
            if (bytes != null) {
                bytes.free();
            }
            arena.close();
            throw e;
        }
    }

    private Table ofNumbers() {
        Tensor[] place = new Tensor[1];
        Arena arena = Arena.filledBy(device, a -> place[0] = a.tensor(rows, columns));
        try {
            for (int from = 0; from < rows; from += rowsAtOnce) {
                int count = read(from);
                place[0].rows(from, count / columns).write(Arrays.copyOf(some, count));
            }
            return new Table(rows, columns, arena, place[0], Optional.empty());
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private int read(int from) {
        int height = Math.min(rowsAtOnce, rows - from);
        for (int i = 0; i < height; i++) {
            source.copy(from + i, some, i * columns);
        }
        return height * columns;
    }
}
