package dev.cresset.backend.cpu;

import dev.cresset.backend.Transpose;

/// How the two factors of a product are taken: one value instead of two, and no object for each call.
enum Factors {
    PLAIN(false, false),
    SECOND_TRANSPOSED(false, true),
    FIRST_TRANSPOSED(true, false),
    BOTH_TRANSPOSED(true, true);

    private final boolean firstFlips;
    private final boolean secondFlips;

    Factors(boolean firstFlips, boolean secondFlips) {
        this.firstFlips = firstFlips;
        this.secondFlips = secondFlips;
    }

    static Factors of(Transpose a, Transpose b) {
        if (a == Transpose.NO) {
            return b == Transpose.NO ? PLAIN : SECOND_TRANSPOSED;
        }
        return b == Transpose.NO ? FIRST_TRANSPOSED : BOTH_TRANSPOSED;
    }

    boolean firstFlips() {
        return firstFlips;
    }

    boolean secondFlips() {
        return secondFlips;
    }
}
