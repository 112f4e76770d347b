package dev.cresset.backend;

import dev.cresset.tensor.Tensor;
import java.util.Optional;

/// A matrix of numbers that stays on a device as it is, such as a dataset's features, in the narrowest form that holds
/// them exactly: where there are at most 256 different numbers (grey values, classes, one-hot rows), a byte for each
/// and the list of the numbers; else numbers of the device's precision. Verbs draw batches from it ([Ops#draw]).
public final class Table implements AutoCloseable {
    /// The different numbers that codes can stand for.
    static final int CODES = 256;

    private final int rows;
    private final int columns;
    private final Arena arena;
    private final Tensor numbers;
    private final Optional<Codes> codes;

    Table(int rows, int columns, Arena arena, Tensor numbers, Optional<Codes> codes) {
        this.rows = rows;
        this.columns = columns;
        this.arena = arena;
        this.numbers = numbers;
        this.codes = codes;
    }

    /// Where a table's numbers come from: row after row, more than once, the same each time.
    @FunctionalInterface
    public interface Source {
        /// Copies row `row` to `to[offset ...]`.
        void copy(int row, double[] to, int offset);
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /// The numbers themselves, rows × columns; or, where there are [#codes()], 1 × 256: what code k stands for.
    public Tensor numbers() {
        return numbers;
    }

    /// A byte for each number, row after row, where the table is kept so.
    public Optional<Codes> codes() {
        return codes;
    }

    /// The device that this table is on.
    public Device device() {
        return Device.of(numbers);
    }

    /// Bytes that it takes there.
    public long bytes() {
        return codes.isPresent()
                ? (long) rows * columns
                : numbers.size() * device().precision().bytes();
    }

    /// Throws if the table has been closed.
    ///
    /// @throws ClosedException if it has
    public void requireOpen() {
        numbers.buffer().requireOpen();
        codes.ifPresent(Codes::requireOpen);
    }

    /// Frees the memory. Closing twice is allowed.
    @Override
    public void close() {
        arena.close();
        codes.ifPresent(Codes::free);
    }

    /// `60000×784 in bytes`, as messages name it.
    @Override
    public String toString() {
        return rows + "×" + columns
                + (codes.isPresent()
                        ? " in bytes"
                        : " in float" + 8 * device().precision().bytes());
    }
}
