package dev.cresset.bench;

import dev.cresset.tensor.Precision;

/// How exact the first ten steps in a precision must be, relative to float64.
///
/// The gradients' part is what the precision itself costs, found by rounding, and by cutting off, the factors of
/// products in an emulation: TF32 is off by 1.4e-3 at most where it rounds and by 3.5e-3 where it cuts off, as the
/// error of each layer's product has one sign there; BF16 by 2.4e-3, rounded. With few rows a single ReLU that turns
/// weighs more.
///
/// @param loss of each step
/// @param gradient of each parameter's gradient norm in the first step
record Tolerance(double loss, double gradient) {
    private static final int FEW_ROWS = 128;

    /// By name, since not every build has every precision.
    ///
    /// @param rows of a batch
    /// @throws IllegalArgumentException if this precision has none
    static Tolerance of(Precision precision, int rows) {
        double turns = rows < FEW_ROWS ? 2 : 1;
        return switch (precision.name()) {
            case "FP64" -> new Tolerance(1e-10, 1e-9);
            case "FP32" -> new Tolerance(1e-5, 1e-5);
            case "FP32_3XTF32" -> new Tolerance(2e-5, 2e-5);
            case "TF32" -> new Tolerance(3e-3, 5e-3 * turns);
            case "BF16" -> new Tolerance(2e-2, 1e-2 * turns);
            default ->
                throw new IllegalArgumentException("The benchmark does not know how exact " + precision
                        + " should be: give it a tolerance in Tolerance.of.");
        };
    }
}
