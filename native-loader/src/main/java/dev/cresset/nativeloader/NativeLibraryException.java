package dev.cresset.nativeloader;

import org.jspecify.annotations.Nullable;

/// A native library could not be found, stored or loaded. The message says what is wrong and the one thing to do.
/// Nothing has been loaded, and the same call may be tried again.
public final class NativeLibraryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NativeLibraryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
