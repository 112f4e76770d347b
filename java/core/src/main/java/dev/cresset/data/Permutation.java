package dev.cresset.data;

import dev.cresset.tensor.RandomStream;

/// Seeded uniform permutations of `0 … n−1`.
final class Permutation {
    private Permutation() {}

    /// Overwrites `order` with a random permutation of `0 … order.length−1` (Fisher–Yates, in Durstenfeld's form).
    ///
    /// It starts from the identity, never from what `order` held: the result depends on `random` alone.
    static void fill(int[] order, RandomStream random) {
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int last = order.length - 1; last > 0; last--) {
            int chosen = random.nextInt(last + 1);
            int kept = order[last];
            order[last] = order[chosen];
            order[chosen] = kept;
        }
    }
}
