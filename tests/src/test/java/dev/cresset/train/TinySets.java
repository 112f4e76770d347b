package dev.cresset.train;

import dev.cresset.data.Dataset;
import dev.cresset.nn.MLP;
import dev.cresset.tensor.RandomStream;

/// Datasets and models that train in no time.
final class TinySets {
    private TinySets() {}

    /// Two noisy classes of three features.
    static Dataset classes(int rows, long seed) {
        RandomStream random = new RandomStream(seed, 0);
        double[][] x = new double[rows][3];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = random.nextInt(2);
            for (int j = 0; j < 3; j++) {
                x[i][j] = random.nextGaussian() + labels[i];
            }
        }
        return Dataset.classification(x, labels, 2);
    }

    /// Targets of pure noise: the better a model fits them, the worse it does on others.
    static Dataset noise(int rows, long seed) {
        RandomStream random = new RandomStream(seed, 0);
        double[][] x = new double[rows][2];
        double[][] y = new double[rows][1];
        for (int i = 0; i < rows; i++) {
            x[i][0] = random.nextGaussian();
            x[i][1] = random.nextGaussian();
            y[i][0] = random.nextGaussian();
        }
        return Dataset.regression(x, y);
    }

    static MLP classifier(long seed) {
        return MLP.builder(3, 8, 2).batchNorm().dropout(0.2).seed(seed).build();
    }

    static MLP regressor(long seed) {
        return MLP.builder(2, 16, 1).seed(seed).build();
    }
}
