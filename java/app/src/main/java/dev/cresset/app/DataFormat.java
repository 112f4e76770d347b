package dev.cresset.app;

/// The kinds of files that data comes in.
enum DataFormat {
    CSV,
    IDX;

    /// As users write it.
    @Override
    public String toString() {
        return UserName.of(this);
    }
}
