package dev.cresset.data;

/// The stream numbers this package hands to `RandomStream(seed, stream)`.
///
/// One seed serves a whole run: distinct streams keep its parts independent of each other, so that a longer
/// training or another generator never changes a split. Streams below 2³² are left to the rest of the library
/// (initial weights), those from 2³² to 2³³ to the shuffles ([dev.cresset.tensor.RowOrder]).
public final class Streams {
    /// The choice of validation rows in [Dataset#split(double, long)].
    public static final long SPLIT = 2L << 32;

    /// The features of [SineSet].
    public static final long SINE_SET = 3L << 32;

    /// The noise of [TwoSpirals].
    public static final long TWO_SPIRALS = 4L << 32;

    private Streams() {}
}
