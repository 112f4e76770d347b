package dev.cresset.tensor;

/// Philox4x32-10, a counter-based generator: block number `counter` under a 64-bit key is four
/// 32-bit words, computed from nothing else. So any thread of any device can draw the n-th number
/// without the ones before it, and the CPU and a GPU draw the same dropout mask.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public final class Philox {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final long LOW = 0xFFFFFFFFL;

    private Philox() {}

    /// Writes block `(low, high)` of the sequence with key `key` into `words[0..3]`.
    ///
    /// @param key 64 bits that name the sequence (a seed)
    /// @param high upper half of the 128-bit counter (the number of a draw, a stream)
    /// @param low lower half of the counter (the number of the block inside it)
    /// @param words overwritten: four words, each uniform over all 2³² values
    public static void block(long key, long high, long low, int[] words) {
        int c0 = (int) low;
        int c1 = (int) (low >>> 32);
        int c2 = (int) high;
        int c3 = (int) (high >>> 32);
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = MULTIPLIER_0 * (c0 & LOW);
            long p1 = MULTIPLIER_1 * (c2 & LOW);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }
}
