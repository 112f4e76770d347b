package dev.cresset.data;

import dev.cresset.tensor.RowOrder;
import java.util.Objects;

/// The batches of an epoch, copied row by row into arrays that the caller keeps; nothing is allocated after the
/// constructor.
///
/// The order of epoch `e` depends on the seed and on `e` alone, never on the epochs before: a resumed run sees the
/// batches it would have seen. A new object stands at epoch 0. Not for several threads at once.
public final class Batches {
    private final Dataset dataset;
    private final RowOrder order;
    private final int[] rows;

    /// Shuffled batches, for training.
    ///
    /// @param batchSize the rows of a batch, at least 1; more than the dataset has is one small batch with `KEEP`
    /// @param seed      the same seed gives the same order in every epoch
    /// @throws IllegalArgumentException if `batchSize` is below 1, or `DROP` would leave no batch at all
    public Batches(Dataset dataset, int batchSize, long seed, Remainder remainder) {
        this(dataset, batchSize, RowOrder.Kind.SHUFFLED, seed, remainder);
    }

    /// Batches in the given order.
    ///
    /// @param batchSize the rows of a batch, at least 1
    /// @param seed      of the shuffled order; without meaning for `SEQUENTIAL`
    /// @throws IllegalArgumentException if `batchSize` is below 1, or `DROP` would leave no batch at all
    public Batches(Dataset dataset, int batchSize, RowOrder.Kind kind, long seed, Remainder remainder) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("Batches: a batch of at least 1 row expected, found " + batchSize + ".");
        }
        int size = dataset.size();
        if (remainder == Remainder.DROP && batchSize > size) {
            throw new IllegalArgumentException("Batches: batches of " + batchSize + " rows from " + size
                    + " leave none when the remainder is dropped. Use a smaller batch or Remainder.KEEP.");
        }
        int count = size / batchSize + (remainder == Remainder.KEEP && size % batchSize != 0 ? 1 : 0);
        this.dataset = dataset;
        this.order = new RowOrder(kind, seed, size, batchSize, count);
        this.rows = new int[size];
        epoch(0);
    }

    /// Every row once, in the dataset's own order: for evaluation and prediction.
    ///
    /// @throws IllegalArgumentException if `batchSize` is below 1
    public static Batches sequential(Dataset dataset, int batchSize) {
        return new Batches(dataset, batchSize, RowOrder.Kind.SEQUENTIAL, 0, Remainder.KEEP);
    }

    /// What the batches are made of.
    public Dataset dataset() {
        return dataset;
    }

    /// The rows of a full batch: what the caller's arrays must have room for.
    public int batchSize() {
        return order.batchSize();
    }

    /// Which row comes when.
    public RowOrder order() {
        return order;
    }

    /// The number of batches of an epoch, the same in each, at least 1.
    public int count() {
        return order.batches();
    }

    /// Fixes the order of epoch `e`, as [RowOrder] has it. Sequential batches have the same order in every epoch.
    ///
    /// @param e the number of the epoch, from 0
    /// @throws IllegalArgumentException if `e` is negative
    public void epoch(int e) {
        if (e < 0) {
            throw new IllegalArgumentException("Batches: epochs are numbered from 0, found " + e + ".");
        }
        order.fill(e, rows);
    }

    /// The number of rows of a batch: `batchSize()`, or fewer in the last one that `KEEP` makes.
    ///
    /// @throws IndexOutOfBoundsException if `batch` is outside `0 … count()−1`
    public int rows(int batch) {
        Objects.checkIndex(batch, count());
        // No overflow: a batch that exists starts inside the dataset.
        return Math.min(batchSize(), rows.length - batch * batchSize());
    }

    /// The dataset's number of the row at place `place` of a batch.
    ///
    /// @throws IndexOutOfBoundsException if there is no such batch or place
    public int row(int batch, int place) {
        return rows[batch * batchSize() + Objects.checkIndex(place, rows(batch))];
    }

    /// Overwrites the first `rows(batch) · inputs` entries of `x` and the first `rows(batch) · targets` entries
    /// of `y` with the batch, row-major; `targets` is the width of the dataset's targets, so one class number a
    /// row for classification. What lies behind them stays as it was.
    ///
    /// @throws IndexOutOfBoundsException if `batch` is outside `0 … count()−1`
    /// @throws IllegalArgumentException  if `x` or `y` is too short; nothing is written then
    public void copy(int batch, double[] x, double[] y) {
        int height = rows(batch);
        Rows features = dataset.features();
        Rows targets = dataset.targets();
        requireRoom("x", x, height, features.width());
        requireRoom("y", y, height, targets.width());
        int first = batch * batchSize();
        for (int i = 0; i < height; i++) {
            features.copy(rows[first + i], x, i * features.width());
            targets.copy(rows[first + i], y, i * targets.width());
        }
    }

    private static void requireRoom(String name, double[] array, int height, int width) {
        if (array.length < (long) height * width) {
            throw new IllegalArgumentException("Batches: " + name + " needs room for " + height + " rows of " + width
                    + " values (" + (long) height * width + "), found " + array.length + ".");
        }
    }
}
