package dev.cresset.backend;

/// An elementwise function `a = f(z)`: which one, and its parameter where it has one.
///
/// | kind | f(z) | f′(z) |
/// |---|---|---|
/// | IDENTITY | z | 1 |
/// | SIGMOID | 1 / (1 + e⁻ᶻ) | a (1 − a) |
/// | TANH | tanh z | 1 − a² |
/// | RELU | max(0, z) | 1 for z > 0, else 0 |
/// | LEAKY_RELU | z for z > 0, else s·z | 1 for z > 0, else s |
/// | ELU | z for z > 0, else α(eᶻ − 1) | 1 for z > 0, else αeᶻ = a + α |
/// | GELU | z·Φ(z) | Φ(z) + z·φ(z) |
/// | SILU | z·σ(z) | σ(z)(1 + z(1 − σ(z))) |
/// | SOFTPLUS | log(1 + eᶻ) | σ(z) |
///
/// Φ and φ are the standard normal distribution and density (erf, not the tanh approximation). A NaN
/// in z is a NaN in a.
///
/// @param kind which function
/// @param parameter the slope s of LEAKY_RELU or the α of ELU; 0 and unused for the others
public record Activation(Kind kind, double parameter) {
    public static final Activation IDENTITY = new Activation(Kind.IDENTITY, 0);
    public static final Activation SIGMOID = new Activation(Kind.SIGMOID, 0);
    public static final Activation TANH = new Activation(Kind.TANH, 0);
    public static final Activation RELU = new Activation(Kind.RELU, 0);
    public static final Activation GELU = new Activation(Kind.GELU, 0);
    public static final Activation SILU = new Activation(Kind.SILU, 0);
    public static final Activation SOFTPLUS = new Activation(Kind.SOFTPLUS, 0);

    /// The functions; the table is at [Activation].
    public enum Kind {
        IDENTITY,
        SIGMOID,
        TANH,
        RELU,
        LEAKY_RELU,
        ELU,
        GELU,
        SILU,
        SOFTPLUS
    }

    public Activation {
        if (!Double.isFinite(parameter)) {
            throw new IllegalArgumentException(
                    kind + " takes a finite parameter, found " + parameter + ": give a number such as 0.01.");
        }
    }

    /// Leaky ReLU with slope `slope` for negative inputs (Maas, Hannun, Ng 2013; PyTorch's default is 0.01).
    public static Activation leakyRelu(double slope) {
        return new Activation(Kind.LEAKY_RELU, slope);
    }

    /// Exponential linear unit (Clevert, Unterthiner, Hochreiter 2016; the default α is 1).
    public static Activation elu(double alpha) {
        return new Activation(Kind.ELU, alpha);
    }
}
