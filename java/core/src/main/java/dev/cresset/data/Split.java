package dev.cresset.data;

/// The two parts of a dataset made by [Dataset#split(double, long)]: every row is in exactly one of them.
///
/// @param train      the rows to learn from, and to fit a [Standardizer] on
/// @param validation the rows held back
public record Split(Dataset train, Dataset validation) {}
