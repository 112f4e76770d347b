package dev.cresset.backend;

/// How far results may be from the formula, in units of the precision's roundoff u. Expected numbers are computed in
/// float64 from the rounded inputs, so for a float32 device they are exact; for a float64 device they err by a few u
/// themselves.
final class Tolerance {
    /// A handful of additions and multiplications, each with one rounding, there and here.
    static final double ARITHMETIC = 8;

    /// One or two of the C library's functions (at most 2 u each here, 1 u or 2 u there) and some arithmetic.
    static final double FUNCTION = 24;

    private Tolerance() {}

    /// A sum of `length` terms in any order errs by at most (length − 1) u Σ|term|; products add one u.
    static double sum(int length) {
        return length + ARITHMETIC;
    }
}
