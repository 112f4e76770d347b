package dev.cresset.nn;

import dev.cresset.tensor.RandomStream;

/// Fills a weight (`outputs × inputs`, row after row) or a bias (`outputs`) with first numbers. Numbers
/// are drawn on the host in float64, one for each element in that order, so that every device starts
/// from the same ones.
@FunctionalInterface
public interface Initializer {
    /// Overwrites all of `numbers`.
    ///
    /// @param inputs fan-in of the layer
    /// @param outputs fan-out of the layer
    void fill(double[] numbers, int inputs, int outputs, RandomStream random);

    /// `value` everywhere.
    static Initializer constant(double value) {
        return (numbers, inputs, outputs, random) -> java.util.Arrays.fill(numbers, value);
    }

    /// Uniform in [low, high).
    static Initializer uniform(double low, double high) {
        return (numbers, inputs, outputs, random) -> {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = low + (high - low) * random.nextDouble();
            }
        };
    }

    /// Normal with mean 0 and standard deviation `sigma`.
    static Initializer normal(double sigma) {
        return (numbers, inputs, outputs, random) -> {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = sigma * random.nextGaussian();
            }
        };
    }

    /// U(−b, b) with `b = √(6 / (inputs + outputs))` (Glorot and Bengio, 2010).
    static Initializer glorotUniform() {
        return (numbers, inputs, outputs, random) -> {
            double bound = Math.sqrt(6.0 / ((double) inputs + outputs));
            uniform(-bound, bound).fill(numbers, inputs, outputs, random);
        };
    }

    /// Normal with standard deviation `√(2 / inputs)` (He, Zhang, Ren, Sun, "Delving deep into
    /// rectifiers", 2015).
    static Initializer heNormal() {
        return (numbers, inputs, outputs, random) ->
                normal(Math.sqrt(2.0 / inputs)).fill(numbers, inputs, outputs, random);
    }

    /// U(−b, b) with `b = √(6 / inputs)`: the uniform form of [#heNormal()], PyTorch's `kaiming_uniform_` for ReLU.
    static Initializer heUniform() {
        return (numbers, inputs, outputs, random) -> {
            double bound = Math.sqrt(6.0 / inputs);
            uniform(-bound, bound).fill(numbers, inputs, outputs, random);
        };
    }

    /// U(−b, b) with `b = 1/√inputs`: what PyTorch draws for the weight and the bias of a Linear.
    static Initializer fanIn() {
        return (numbers, inputs, outputs, random) -> {
            double bound = 1 / Math.sqrt(inputs);
            uniform(-bound, bound).fill(numbers, inputs, outputs, random);
        };
    }
}
