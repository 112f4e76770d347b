package dev.cresset.app;

/// What the losses are measured in while a model is trained.
enum TargetUnit {
    /// In the units of the data.
    ORIGINAL(""),
    /// In deviations of the targets.
    STANDARDISED(" of standardised targets");

    private final String suffix;

    TargetUnit(String suffix) {
        this.suffix = suffix;
    }

    /// What follows the word "loss".
    String suffix() {
        return suffix;
    }
}
