package dev.cresset.verify;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What a [GradientCheck] found.
///
/// @param loss the loss at the checked point
/// @param entries one for each parameter, in the order of the layers, and one for the input
public record GradientReport(double loss, List<Entry> entries) {
    private static final String LEGEND = "rel. error: how far the two lie apart, divided by the largest number of the"
            + " whole gradient\n            or by a thousandth of the loss, where that is larger\n";

    /// One parameter, and its worst entry: the one where analytic and numeric gradient lie furthest apart.
    ///
    /// @param name full name such as `0.weight`, or `input`
    /// @param rows rows of the parameter
    /// @param columns columns of the parameter
    /// @param row row of the worst entry
    /// @param column column of the worst entry
    /// @param analytic what backward computed there
    /// @param numeric the central difference there
    /// @param relativeError the parameter's relative error; NaN where one of the two is not a number
    public record Entry(
            String name,
            int rows,
            int columns,
            int row,
            int column,
            double analytic,
            double numeric,
            double relativeError) {}

    /// The parameter with the largest relative error; a NaN is the largest of all.
    public Entry worst() {
        return entries.stream()
                .max(Comparator.comparingDouble(Entry::relativeError))
                .orElseThrow();
    }

    /// Whether every relative error is at most `tolerance`; 1e-6 is a good one.
    public boolean passes(double tolerance) {
        return entries.stream().allMatch(entry -> entry.relativeError() <= tolerance);
    }

    /// A table with one line for each parameter.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-20s %12s %12s %16s %16s %12s%n",
                "parameter",
                "shape",
                "worst at",
                "analytic",
                "numeric",
                "rel. error"));
        for (Entry e : entries) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-20s %12s %12s %16.8g %16.8g %12.2e%n",
                    e.name(),
                    e.rows() + "×" + e.columns(),
                    "(" + e.row() + ", " + e.column() + ")",
                    e.analytic(),
                    e.numeric(),
                    e.relativeError()));
        }
        return text.append(LEGEND).toString();
    }
}
