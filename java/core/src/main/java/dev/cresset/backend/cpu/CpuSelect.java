package dev.cresset.backend.cpu;

/// Choices between two numbers without a branch: on numbers without a pattern a processor guesses every second branch
/// wrong, which costs ten times what the arithmetic does.
final class CpuSelect {
    private static final int SIGN = 63;

    private CpuSelect() {}

    /// 0 where `factor` is 0, else `value` whatever it is: a flat piece of an activation passes nothing on, not even an
    /// infinite gradient.
    static double unlessZero(double factor, double value) {
        long bits = Double.doubleToRawLongBits(factor) << 1;
        return Double.longBitsToDouble(Double.doubleToRawLongBits(value) & (bits | -bits) >> SIGN);
    }

    /// 0 where `number` is negative, else `value`.
    static double unlessNegative(long number, double value) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(value) & ~(number >> SIGN));
    }

    /// `low` where z is 0 or less, else 1, as for NaN.
    static double slope(double z, double low) {
        // A choice between whole numbers becomes a conditional move.
        long bits = z <= 0 ? Double.doubleToRawLongBits(low) : Double.doubleToRawLongBits(1.0);
        return Double.longBitsToDouble(bits);
    }
}
