package dev.cresset.tensor;

/// A matrix has the wrong number of rows or columns. The message names the subject (a layer, a verb),
/// what was expected, what was found and what to do. Nothing has been overwritten.
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public ShapeException(String message) {
        super(message);
    }
}
