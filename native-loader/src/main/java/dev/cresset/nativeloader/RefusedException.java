package dev.cresset.nativeloader;

/// Why a file that was found is not used, and what the user can do about it. Stays inside this package: a search goes
/// on to the next place, or ends in a [NativeLibraryException].
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String remedy;

    /// @param reason part of a sentence about the file, such as `it is for another processor`
    /// @param remedy one sentence
    RefusedException(String reason, String remedy) {
        super(reason);
        this.remedy = remedy;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    String remedy() {
        return remedy;
    }
}
