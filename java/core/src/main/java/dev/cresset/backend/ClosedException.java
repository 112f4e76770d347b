package dev.cresset.backend;

/// Something that has been closed, or that lived on a device that has been closed, was used.
public final class ClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public ClosedException(String message) {
        super(message);
    }
}
