package dev.cresset.nn;

/// Whether a backward pass needs ∂L/∂input. The first layer of a model in training does not.
enum InputGradient {
    WANTED,
    SKIPPED
}
