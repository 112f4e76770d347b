package dev.cresset.nn;

/// The course's one-layer network: 2 → 3, each Linear followed by ReLU, the last one too.
public final class MLP0 extends Sequential {
    /// @param seed of the first numbers
    public MLP0(long seed) {
        super(new Linear(2, 3, MLP.seedOf(seed, 0)), new ReLU());
    }
}
