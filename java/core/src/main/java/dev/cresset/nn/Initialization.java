package dev.cresset.nn;

/// How a Linear starts: its weight and its bias. The weight is drawn first, then the bias.
///
/// @param weight fills the weight
/// @param bias fills the bias
public record Initialization(Initializer weight, Initializer bias) {
    /// PyTorch's default: both U(−1/√inputs, 1/√inputs).
    public static Initialization pytorch() {
        return new Initialization(Initializer.fanIn(), Initializer.fanIn());
    }

    /// Zeros, as the courses' layers start before a test sets them. Nothing is learned from here through
    /// more than one layer.
    public static Initialization zeros() {
        return new Initialization(Initializer.constant(0), Initializer.constant(0));
    }

    /// Glorot's uniform weights, zero bias: for tanh and sigmoid.
    public static Initialization glorot() {
        return new Initialization(Initializer.glorotUniform(), Initializer.constant(0));
    }

    /// He's normal weights, zero bias: for ReLU.
    public static Initialization he() {
        return new Initialization(Initializer.heNormal(), Initializer.constant(0));
    }

    /// Normal weights of standard deviation `sigma` (the courses use 0.01), zero bias.
    public static Initialization normal(double sigma) {
        return new Initialization(Initializer.normal(sigma), Initializer.constant(0));
    }
}
