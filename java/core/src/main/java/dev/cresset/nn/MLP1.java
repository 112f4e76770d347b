package dev.cresset.nn;

/// The course's two-layer network: 2 → 3 → 2, each Linear followed by ReLU, the last one too.
public final class MLP1 extends Sequential {
    /// @param seed of the first numbers
    public MLP1(long seed) {
        super(new Linear(2, 3, MLP.seedOf(seed, 0)), new ReLU(), new Linear(3, 2, MLP.seedOf(seed, 2)), new ReLU());
    }
}
