package dev.cresset.data;

import java.util.List;

/// The smallest set that no single line separates: the origin against the four points `(±1, 0)` and `(0, ±1)`
/// round it.
///
/// The origin is the mean of the others, so every linear score that is below a threshold at the four is below it
/// there.
public final class FivePoints {
    private static final List<String> FEATURES = List.of("x1", "x2");
    private static final String TARGET = "origin";

    private FivePoints() {}

    /// As a regression of one column for a mean squared error: target 1 at the origin, 0 at the other four. The
    /// origin is row 0; then `(1, 0)`, `(−1, 0)`, `(0, 1)`, `(0, −1)`.
    public static Dataset dataset() {
        return Dataset.of(points(), Rows.of(5, 1, 1, 0, 0, 0, 0), Schema.regression(FEATURES, List.of(TARGET)));
    }

    /// As a classification of the same rows for a cross-entropy: class 1, `origin`, at the origin; class 0,
    /// `outer`, at the other four.
    public static Dataset classification() {
        return Dataset.of(
                points(),
                Rows.ofLabels(1, 0, 0, 0, 0),
                Schema.classification(FEATURES, TARGET, List.of("outer", "origin")));
    }

    private static Rows points() {
        return Rows.of(5, 2, 0, 0, 1, 0, -1, 0, 0, 1, 0, -1);
    }
}
