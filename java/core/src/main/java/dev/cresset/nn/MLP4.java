package dev.cresset.nn;

/// The course's five-layer network: 2 → 4 → 8 → 8 → 4 → 2, each Linear followed by ReLU, the last one too.
public final class MLP4 extends Sequential {
    /// @param seed of the first numbers
    public MLP4(long seed) {
        super(
                new Linear(2, 4, seed),
                new ReLU(),
                new Linear(4, 8, seed + 1),
                new ReLU(),
                new Linear(8, 8, seed + 2),
                new ReLU(),
                new Linear(8, 4, seed + 3),
                new ReLU(),
                new Linear(4, 2, seed + 4),
                new ReLU());
    }
}
