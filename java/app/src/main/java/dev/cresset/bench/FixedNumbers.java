package dev.cresset.bench;

/// Numbers that any language can make again, bit for bit: weights and batches of the workloads.
///
/// Number i = 1, 2, … of a seed, in wrapping 64-bit arithmetic with shifts that bring in zeros:
///
/// ```
/// z = seed · 0x632BE59BD9B4E019 + i · 0x9E3779B97F4A7C15
/// z = (z ^ z >>> 30) · 0xBF58476D1CE4E5B9;  z = (z ^ z >>> 27) · 0x94D049BB133111EB;  z = z ^ z >>> 31
/// unit = (z >>> 40) · 2⁻²⁴, in [0, 1), exact in float32
/// uniform(low, high) = low + (high − low) · unit, in float32 with two roundings
/// ```
final class FixedNumbers {
    private FixedNumbers() {}

    static float unit(long seed, long index) {
        long z = seed * 0x632BE59BD9B4E019L + index * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 40) * 0x1p-24f;
    }

    /// Overwrites `numbers` with the first ones of `seed` between these two, which are rounded to float32 first.
    static void uniform(long seed, double low, double high, double[] numbers) {
        float from = (float) low;
        float span = (float) ((double) (float) high - from);
        for (int i = 0; i < numbers.length; i++) {
            float scaled = span * unit(seed, i + 1L);
            numbers[i] = from + scaled;
        }
    }

    /// Overwrites `numbers` with class numbers from 0 to `classes − 1`.
    static void classes(long seed, int classes, double[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.min((int) (unit(seed, i + 1L) * classes), classes - 1);
        }
    }
}
