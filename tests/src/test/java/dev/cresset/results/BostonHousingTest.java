package dev.cresset.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Boston housing, standardised, 70 % to train on: the course's three models, each over ten seeded splits.
///
/// How hard a split is varies much: the exact least-squares solution, computed outside of this library, has a mean
/// test error of 24.4 over the splits of seeds 0 to 59, and the mean of ten of them scatters by 1.4 around it. The
/// seeds here are the first ten, counted in tens, whose least-squares mean (23.3) is that of the splits that the
/// promise was measured on (PyTorch: 23.2). `docs/results.md` has all sixty.
class BostonHousingTest {
    private static final int FIRST_SEED = 20;
    private static final int SPLITS = 10;

    /// Mean test error of the exact least-squares solution on the same ten splits.
    private static final double LEAST_SQUARES = 23.31;

    /// Gradient descent in batches of 16 does not stand still at the optimum; seen: 0.4.
    private static final double WANDERING = 1.0;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"none, 24", "13, 14", "'13,13', 14"})
    void theMeanTestErrorIsNoWorseThanPromised(String hidden, double promised) {
        Path data = RealData.find("boston/boston_housing.csv");
        double sum = 0;
        for (int seed = FIRST_SEED; seed < FIRST_SEED + SPLITS; seed++) {
            sum += RealData.train(
                            data,
                            folder.resolve("boston.safetensors"),
                            "--target=PRICE",
                            "--task=regression",
                            "--standardize",
                            "--hidden=" + hidden,
                            "--activation=sigmoid",
                            "--epochs=200",
                            "--batch-size=16",
                            "--lr=0.01",
                            "--momentum=0",
                            "--validation=0.3",
                            "--evaluate-every=200",
                            "--precision=fp64",
                            "--seed=" + seed)
                    .get("validation_mse")
                    .getAsDouble();
        }
        double mean = sum / SPLITS;
        System.out.printf(Locale.ROOT, "boston hidden %s: mean test MSE %.2f%n", hidden, mean);
        assertTrue(mean <= promised, () -> "mean test MSE " + mean + " is above " + promised);
        if (hidden.equals("none")) {
            assertEquals(LEAST_SQUARES, mean, WANDERING, "a linear model ends near the least-squares solution");
        }
    }
}
