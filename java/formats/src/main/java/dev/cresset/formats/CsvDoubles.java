package dev.cresset.formats;

import java.util.Arrays;

/// A growing array of doubles: a file's numbers, unboxed, before their count is known.
final class CsvDoubles {
    /// The longest array that every JVM allocates.
    private static final int LONGEST = Integer.MAX_VALUE - 8;

    private double[] values = new double[1024];
    private int count;

    /// Appends a value.
    ///
    /// @return false if no array could hold it: more than about 2³¹ values
    boolean add(double value) {
        if (count == values.length) {
            if (count == LONGEST) {
                return false;
            }
            // By half: the spare room stays below a third of the whole.
            values = Arrays.copyOf(values, (int) Math.min(LONGEST, count + (long) (count >> 1)));
        }
        values[count++] = value;
        return true;
    }

    int count() {
        return count;
    }

    /// The values, exactly `count()` of them. Hands its own array over: add nothing afterwards.
    double[] release() {
        return values.length == count ? values : Arrays.copyOf(values, count);
    }
}
