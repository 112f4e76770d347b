package dev.cresset.app;

import picocli.CommandLine.Option;

/// Where chance comes from.
final class SeedOption {
    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = OptionTypes.Whole.class,
            defaultValue = "0",
            description = "Of all random choices; the same seed gives the same run (default: ${DEFAULT-VALUE}).")
    private long seed;

    long seed() {
        return seed;
    }
}
