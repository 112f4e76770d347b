package dev.cresset.backend;

import java.util.Arrays;

/// Codes for at most 256 different numbers, by their bits: -0.0 and 0.0 have one each, as have NaNs of other bits.
final class FewNumbers {
    /// Twice as many places as codes, a power of two, so that a search is short.
    private static final int PLACES = 2 * Table.CODES;

    private static final int NONE = -1;

    private final long[] bits = new long[PLACES];
    private final int[] codes = new int[PLACES];
    private final double[] numbers = new double[Table.CODES];
    private int count;
    private int last;

    FewNumbers() {
        Arrays.fill(codes, NONE);
    }

    /// Whether the number has a code now: it had one, or there was one left.
    boolean add(double number) {
        int place = place(number);
        if (codes[place] != NONE) {
            return true;
        }
        if (count == Table.CODES) {
            return false;
        }
        bits[place] = Double.doubleToRawLongBits(number);
        codes[place] = count;
        numbers[count] = number;
        count++;
        return true;
    }

    /// The code of a number.
    ///
    /// @throws IllegalStateException if it has none
    byte of(double number) {
        int code = codes[place(number)];
        if (code == NONE) {
            throw new IllegalStateException(
                    "The source of a table gave " + number + " when it was read again, which was"
                            + " not there before: it must give the same numbers each time.");
        }
        return (byte) code;
    }

    /// What each code stands for; behind the last one zeros.
    double[] numbers() {
        return numbers.clone();
    }

    /// Where the number is, or would be. Neighbours in data are often alike, so the last one is looked at first.
    private int place(double number) {
        long wanted = Double.doubleToRawLongBits(number);
        if (bits[last] == wanted && codes[last] != NONE) {
            return last;
        }
        int place = (int) (wanted * 0x9E3779B97F4A7C15L >>> Long.SIZE - Integer.numberOfTrailingZeros(PLACES));
        while (codes[place] != NONE && bits[place] != wanted) {
            place = (place + 1) % PLACES;
        }
        last = place;
        return place;
    }
}
