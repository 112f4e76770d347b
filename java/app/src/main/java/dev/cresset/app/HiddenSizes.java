package dev.cresset.app;

import java.util.stream.IntStream;

/// The sizes of a network's hidden layers; none for a linear model.
record HiddenSizes(int[] sizes) {
    /// The sizes of all layers, inputs first.
    int[] between(int inputs, int outputs) {
        return IntStream.concat(IntStream.concat(IntStream.of(inputs), IntStream.of(sizes)), IntStream.of(outputs))
                .toArray();
    }
}
