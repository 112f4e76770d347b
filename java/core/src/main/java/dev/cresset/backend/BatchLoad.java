package dev.cresset.backend;

import dev.cresset.tensor.ShapeException;

/// A batch while a [BatchLoader] loads it.
public abstract class BatchLoad {
    private static final int SOME = 32;

    private final BatchShape shape;
    private int rows;
    private boolean loading;
    private boolean closed;
    // Room for some rows of a source; made by the first of them.
    private double[] someX = {};
    private double[] someTargets = {};

    protected BatchLoad(BatchShape shape) {
        this.shape = shape;
    }

    /// Appends the first `more` rows that the arrays hold, row-major, narrowed to the device's precision. The arrays
    /// may be changed at once.
    ///
    /// @throws ShapeException if the batch has no room for them or an array is too short; nothing is appended then
    /// @throws ClosedException if the loading of this batch has ended, or the conveyor has been closed
    public final synchronized void append(int more, double[] x, double[] target) {
        requireRoom(more);
        requireLength("features", x, (long) more * shape.inputs());
        requireLength("targets", target, (long) more * shape.targets());
        put(rows, more, x, target);
        rows += more;
    }

    /// Appends rows `0 .. more − 1` of `source`, narrowed to the device's precision. The CPU device copies them with
    /// all its threads.
    ///
    /// @throws ShapeException if the batch has no room for them; nothing is appended then
    /// @throws ClosedException if the loading of this batch has ended, or the conveyor has been closed
    public final synchronized void append(int more, BatchRows source) {
        requireRoom(more);
        put(rows, more, source);
        rows += more;
    }

    private void requireRoom(int more) {
        if (!loading || closed) {
            throw new ClosedException("This batch takes no more rows: its loading has ended or its conveyor has been"
                    + " closed. Append to it in the call of the loader that it is given to, and nowhere else.");
        }
        if (more < 0 || more > shape.rows() - rows) {
            throw new ShapeException("A batch of this conveyor has up to " + shape.rows() + " rows; this one has "
                    + rows + " and cannot take " + more + " more: give the conveyor a larger shape.");
        }
    }

    /// For backends: loads batch number `number`.
    ///
    /// @return its rows
    public final int load(BatchLoader loader, long number) {
        begin();
        try {
            loader.load(number, this);
        } finally {
            end();
        }
        return rows;
    }

    private synchronized void begin() {
        rows = 0;
        loading = true;
    }

    private synchronized void end() {
        loading = false;
    }

    /// For backends: lets nothing be appended any more, to this batch or a later one, once what is being appended is in
    /// place.
    protected final synchronized void close() {
        closed = true;
    }

    /// For backends: overwrites `count` rows from row `at` on.
    protected abstract void put(int at, int count, double[] x, double[] target);

    /// For backends: overwrites `count` rows from row `at` on with those of `source`; by arrays for some of them at a
    /// time if it is not overridden.
    protected void put(int at, int count, BatchRows source) {
        int most = Math.min(SOME, shape.rows());
        if (someX.length == 0) {
            someX = new double[Math.multiplyExact(most, shape.inputs())];
            someTargets = new double[Math.multiplyExact(most, shape.targets())];
        }
        for (int first = 0; first < count; first += most) {
            int more = Math.min(most, count - first);
            for (int i = 0; i < more; i++) {
                source.copy(first + i, someX, i * shape.inputs(), someTargets, i * shape.targets());
            }
            put(at + first, more, someX, someTargets);
        }
    }

    private static void requireLength(String what, double[] values, long expected) {
        if (values.length < expected) {
            throw new ShapeException("The " + what + " of these rows are " + expected + " numbers, " + values.length
                    + " were given: pass one for each column of each row.");
        }
    }
}
