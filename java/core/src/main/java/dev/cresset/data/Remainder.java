package dev.cresset.data;

/// What happens to the rows that do not fill a whole batch at the end of an epoch.
public enum Remainder {
    /// They form a last, smaller batch: every row is seen in every epoch.
    KEEP,
    /// They are left out of this epoch, so every batch has the same shape. Shuffled epochs leave out different
    /// rows.
    DROP
}
