package dev.cresset.formats;

/// Whether the first row of a CSV file names the columns.
public enum CsvHeader {
    /// Decide from the first row. It is a header if a target is asked for by a name that stands in it, if all
    /// feature names of a model stand in it, or if its feature columns hold words only. It is data if they hold
    /// numbers only. Words and numbers mixed are an error that asks for `PRESENT` or `ABSENT`: a guess could drop
    /// a row of data.
    AUTO,
    /// The first row names the columns, even if the names are numbers.
    PRESENT,
    /// The first row is data; the columns are named `column0, column1, …`.
    ABSENT
}
