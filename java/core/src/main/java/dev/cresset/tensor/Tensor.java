package dev.cresset.tensor;

import java.util.Arrays;

/// A matrix of `rows × columns` numbers, row-major and contiguous, in the memory of one device. A
/// batch of N samples with C features is N × C; a vector is 1 × C; a scalar is 1 × 1.
///
/// A tensor is a view: it does not own its memory and copying the object copies no numbers. Tensors
/// come from a device (`device.tensor(...)`) or from a layer, which says how long they stay valid.
public final class Tensor {
    private static final int SHOWN = 6;

    private final Buffer buffer;
    private final long offset;
    private final int rows;
    private final int columns;

    /// A view of `rows * columns` elements of `buffer` from `offset` on.
    ///
    /// @throws ShapeException if a size is negative or the view reaches beyond the buffer
    public Tensor(Buffer buffer, long offset, int rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new ShapeException("A tensor of " + rows + "×" + columns + " is not possible: sizes are 0 or more.");
        }
        if (offset < 0 || offset + (long) rows * columns > buffer.size()) {
            throw new ShapeException("A view of " + rows + "×" + columns + " from element " + offset
                    + " on does not fit into a buffer of " + buffer.size() + " elements.");
        }
        this.buffer = buffer;
        this.offset = offset;
        this.rows = rows;
        this.columns = columns;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /// Number of elements, `rows · columns`.
    public long size() {
        return (long) rows * columns;
    }

    /// The memory behind this view; for backends.
    public Buffer buffer() {
        return buffer;
    }

    /// First element of this view in [#buffer()]; for backends.
    public long offset() {
        return offset;
    }

    /// One element, read back from the device (slow: for looking, not for computing).
    public double get(int row, int column) {
        if (row < 0 || row >= rows || column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException(
                    "Element (" + row + ", " + column + ") is outside of a tensor of " + shape() + ".");
        }
        double[] value = new double[1];
        buffer.read(offset + (long) row * columns + column, value, 0, 1);
        return value[0];
    }

    /// The only element of a 1 × 1 tensor, such as a loss.
    ///
    /// @throws ShapeException if there is not exactly one element
    public double item() {
        if (size() != 1) {
            throw new ShapeException("item() reads a tensor of 1×1, this one is " + shape() + ": use get or toArray.");
        }
        return get(0, 0);
    }

    /// All elements, row after row, as a new array.
    public double[] toArray() {
        double[] values = new double[Math.toIntExact(size())];
        buffer.read(offset, values, 0, values.length);
        return values;
    }

    /// All elements as a new array of rows.
    public double[][] toRows() {
        double[][] values = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            buffer.read(offset + (long) i * columns, values[i], 0, columns);
        }
        return values;
    }

    /// Overwrites all elements, row after row.
    ///
    /// @throws ShapeException unless there are exactly [#size()] values; nothing is overwritten then
    public void write(double... values) {
        if (values.length != size()) {
            throw new ShapeException("A tensor of " + shape() + " takes " + size() + " numbers, " + values.length
                    + " were given: pass one for each element.");
        }
        buffer.write(offset, values, 0, (int) size());
    }

    /// Overwrites all elements with the first [#size()] of `values`, which may have more: an array that serves batches
    /// of several sizes.
    ///
    /// @throws ShapeException if there are fewer; nothing is overwritten then
    public void writeFirst(double[] values) {
        if (values.length < size()) {
            throw new ShapeException("A tensor of " + shape() + " takes " + size() + " numbers, " + values.length
                    + " were given: pass one for each element.");
        }
        buffer.write(offset, values, 0, (int) size());
    }

    /// A view of `count` rows from row `first` on; it shares this tensor's memory.
    public Tensor rows(int first, int count) {
        if (first < 0 || count < 0 || first + (long) count > rows) {
            throw new ShapeException(
                    "Rows " + first + " to " + (first + (long) count) + " are outside of a tensor of " + shape() + ".");
        }
        return new Tensor(buffer, offset + (long) first * columns, count, columns);
    }

    /// Whether both have the same rows and columns.
    public boolean sameShape(Tensor other) {
        return rows == other.rows && columns == other.columns;
    }

    /// `rows×columns`, as it stands in messages.
    public String shape() {
        return rows + "×" + columns;
    }

    /// Shape, device and the first few numbers.
    @Override
    public String toString() {
        double[] first = new double[(int) Math.min(SHOWN, size())];
        buffer.read(offset, first, 0, first.length);
        String text = Arrays.toString(first);
        return "Tensor " + shape() + " on " + buffer.owner() + " "
                + (size() > SHOWN ? text.substring(0, text.length() - 1) + ", ...]" : text);
    }
}
