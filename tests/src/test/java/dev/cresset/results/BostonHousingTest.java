package dev.cresset.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Boston housing, standardised, 70 % to train on: the course's three models, each over sixty seeded splits.
///
/// How hard a split is varies much, and so does what another order of the batches makes of it: over the same ten splits
/// (seeds 20 to 29) and four orders, the mean error of 13-13 was between 12.9 and 18.2. So it is held over all
/// sixty; `docs/results.md` has the figures.
class BostonHousingTest {
    private static final int SPLITS = 60;

    /// Mean test error of the exact least-squares solution on the same splits, computed outside of this library.
    private static final double LEAST_SQUARES = 24.42;

    /// Gradient descent in batches of 16, the last of 2, does not stand still at the optimum; seen: 0.3 and 0.6.
    private static final double WANDERING = 1.0;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"none, 25.42", "13, 14", "'13,13', 14"})
    void theMeanTestErrorStaysBelow(String hidden, double most) {
        Path data = RealData.find("boston/boston_housing.csv");
        double sum = 0;
        for (int seed = 0; seed < SPLITS; seed++) {
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
        assertTrue(mean <= most, () -> "mean test MSE " + mean + " is above " + most);
        if (hidden.equals("none")) {
            assertEquals(LEAST_SQUARES, mean, WANDERING, "a linear model ends near the least-squares solution");
        }
    }
}
