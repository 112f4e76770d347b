package dev.cresset.app;

import java.util.Locale;

/// The kinds of files that data comes in.
enum DataFormat {
    CSV,
    IDX;

    /// As users write it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
