package dev.cresset.nativeloader;

import java.io.IOException;

/// What is done to a native file between the class path and the cache.
///
/// @param name says it all: files rewritten under one name are never taken for those under another
/// @param change the new contents of a file, by its name and its contents on the class path
record Rewrite(String name, Change change) {
    /// Files stay as they are.
    static final Rewrite NONE = new Rewrite("", (file, bytes) -> bytes);

    /// Gives a file its new contents.
    @FunctionalInterface
    interface Change {
        byte[] apply(String file, byte[] bytes) throws IOException;
    }
}
