package dev.cresset.nn;

/// The course's five-layer network: 2 → 4 → 8 → 8 → 4 → 2, each Linear followed by ReLU, the last one too.
public final class MLP4 extends Sequential {
    /// @param seed of the first numbers
    public MLP4(long seed) {
        super(
                new Linear(2, 4, MLP.seedOf(seed, 0)),
                new ReLU(),
                new Linear(4, 8, MLP.seedOf(seed, 2)),
                new ReLU(),
                new Linear(8, 8, MLP.seedOf(seed, 4)),
                new ReLU(),
                new Linear(8, 4, MLP.seedOf(seed, 6)),
                new ReLU(),
                new Linear(4, 2, MLP.seedOf(seed, 8)),
                new ReLU());
    }
}
