package dev.cresset.tensor;

/// Random numbers on the host, one after the other, from [Philox]: the same seed and stream give the
/// same numbers on every machine and in every version. Used for initial weights, shuffles, splits and
/// generated data. Not thread-safe.
public final class RandomStream {
    private final long seed;
    private final long stream;
    private final int[] words = new int[4];
    private long block;
    private int next = 4;

    /// @param seed the user's seed
    /// @param stream which of the seed's independent sequences (an epoch, a layer, a purpose)
    public RandomStream(long seed, long stream) {
        this.seed = seed;
        this.stream = stream;
    }

    /// A word uniform over all 2³² values.
    public int nextInt() {
        if (next == words.length) {
            Philox.block(seed, stream, block++, words);
            next = 0;
        }
        return words[next++];
    }

    /// A whole number uniform over `0 .. bound - 1`, without bias (Lemire, "Fast random integer
    /// generation in an interval", 2019).
    ///
    /// @param bound 1 or more
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("nextInt needs a bound of 1 or more, found " + bound + ".");
        }
        long product = (nextInt() & 0xFFFFFFFFL) * bound;
        int rejected = Integer.remainderUnsigned(-bound, bound);
        while (Integer.compareUnsigned((int) product, rejected) < 0) {
            product = (nextInt() & 0xFFFFFFFFL) * bound;
        }
        return (int) (product >>> 32);
    }

    /// Uniform in [0, 1), with 53 bits.
    public double nextDouble() {
        long high = nextInt() & 0x7FFFFFFL;
        long low = nextInt() & 0x3FFFFFFL;
        return ((high << 26) + low) * 0x1p-53;
    }

    /// Normal with mean 0 and standard deviation 1, by Box and Muller (1958); `StrictMath`, so that
    /// every machine draws the same bits.
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * nextDouble());
    }
}
