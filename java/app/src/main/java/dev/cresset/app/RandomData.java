package dev.cresset.app;

import dev.cresset.data.Dataset;
import dev.cresset.data.Task;
import dev.cresset.tensor.RandomStream;

/// Data without meaning, to check gradients with.
final class RandomData {
    /// Far from the streams that the library draws from with the same seed.
    private static final long STREAM = 1L << 48;

    private RandomData() {}

    /// Normal features; classes drawn evenly, or targets from 0 to 1, which every loss for them takes.
    ///
    /// @param outputs classes, 2 or more, or targets
    static Dataset generate(Task task, int inputs, int outputs, int rows, long seed) {
        if (task == Task.CLASSIFICATION && outputs < 2) {
            throw new IllegalArgumentException("A classification needs --outputs of 2 or more, found " + outputs
                    + ": or ask for --task regression.");
        }
        RandomStream random = new RandomStream(seed, STREAM);
        double[][] x = new double[rows][inputs];
        double[][] y = new double[rows][outputs];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < inputs; column++) {
                x[row][column] = random.nextGaussian();
            }
            for (int column = 0; column < outputs; column++) {
                y[row][column] = random.nextDouble();
            }
            labels[row] = random.nextInt(outputs);
        }
        return switch (task) {
            case CLASSIFICATION -> Dataset.classification(x, labels, outputs);
            case REGRESSION -> Dataset.regression(x, y);
        };
    }

    /// A row for each class number, 1 in its column and 0 in the others.
    static double[] oneHot(double[] labels, int classes) {
        double[] rows = new double[labels.length * classes];
        for (int row = 0; row < labels.length; row++) {
            rows[row * classes + (int) labels[row]] = 1;
        }
        return rows;
    }
}
