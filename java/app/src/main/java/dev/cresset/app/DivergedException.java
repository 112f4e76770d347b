package dev.cresset.app;

/// A training run whose numbers grew beyond all bounds; its message says what to try.
final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DivergedException(String message, Throwable cause) {
        super(message, cause);
    }

    DivergedException(String message) {
        super(message);
    }
}
