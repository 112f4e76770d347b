package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Targets of hundreds of thousands, as prices are.
class StandardizedTargetsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        data = SampleFiles.houses(folder.resolve("houses.csv"), 400);
        model = folder.resolve("m");
    }

    private Object[] train(Object... more) {
        List<Object> all = new ArrayList<>(List.of("train", "--data", data, "--target", "price,tax", "--out", model));
        all.addAll(List.of("--standardize", "--hidden", "64,32"));
        all.addAll(Arrays.asList(more));
        return all.toArray();
    }

    @Test
    void largeTargetsFailWithoutTheOptionAndTheErrorNamesIt() {
        Cli.run(train()).fails(1, "--standardize-targets");
        assertFalse(Files.exists(model));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mse", "mse-halved", "l1", "smooth-l1"})
    void largeTargetsAreLearnedWithIt(String loss) throws IOException {
        JsonObject figures = Cli.json(train("--standardize-targets", "--loss", loss, "--epochs", "40"));
        assertTrue(figures.get("validation_r2").getAsDouble() > 0.8, figures.toString());
        // In dollars: far above what standardised targets would give.
        assertTrue(figures.get("validation_mse").getAsDouble() > 1e5, figures.toString());
        double ratio = figures.get("train_loss").getAsDouble()
                / figures.get("validation_loss").getAsDouble();
        assertTrue(ratio > 0.2 && ratio < 5, figures.toString());

        JsonObject judged = Cli.json("evaluate", "--model", model, "--data", data);
        assertTrue(judged.get("r2").getAsDouble() > 0.8, judged.toString());

        Path out = folder.resolve("p.csv");
        Cli.json("predict", "--model", model, "--data", data, "--out", out);
        double mean = Files.readAllLines(out).stream()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",")[0]))
                .average()
                .orElseThrow();
        assertEquals(300_000, mean, 20_000);
    }

    @Test
    void allRowsMayBeTrainedOn() {
        JsonObject figures = Cli.json(train("--standardize-targets", "--validation", "0"));
        double judged = Cli.json("evaluate", "--model", model, "--data", data)
                .get("loss")
                .getAsDouble();
        assertEquals(judged, figures.get("train_loss").getAsDouble(), 1e-6 * judged);
    }

    @Test
    void itGoesWithEarlyStoppingAndRareEvaluation() throws IOException {
        Path plot = folder.resolve("p.png");
        Cli run = Cli.run(train(
                        "--standardize-targets",
                        "--early-stopping",
                        "1",
                        "--evaluate-every",
                        "2",
                        "--epochs",
                        "60",
                        "--lr",
                        "0.05",
                        "--plot",
                        plot))
                .requireCode(0);
        assertTrue(run.err().contains("of standardised targets"), run.err());
        assertTrue(run.out().contains("targets standardised"), run.out());
        assertTrue(Files.size(plot) > 1000);
        JsonObject judged = Cli.json("evaluate", "--model", model, "--data", data);
        assertTrue(judged.get("r2").getAsDouble() > 0.8, judged.toString());
    }

    @Test
    void aLinearModelHasItsScaleInItsOnlyLayer() {
        JsonObject figures = Cli.json(train("--standardize-targets", "--hidden", "none"));
        assertTrue(figures.get("validation_r2").getAsDouble() > 0.8, figures.toString());
    }

    @Test
    void aScaleBeyondThePrecisionIsAnErrorAndNoModel() throws IOException {
        Path vast = Files.writeString(folder.resolve("vast.csv"), "x,y\n1,1e39\n2,2e39\n3,3e39\n4,4e39\n");
        Object[] train = {"train", "--data", vast, "--validation", "0", "--standardize-targets", "--out", model};
        Cli.run(train).fails(1, "--precision fp64");
        assertFalse(Files.exists(model));
    }

    @Test
    void otherTasksAndLossesRefuseIt() throws IOException {
        Path clouds = SampleFiles.clouds(folder.resolve("clouds.csv"), 30);
        Cli.run("train", "--data", clouds, "--standardize-targets", "--out", model)
                .fails(2, "--standardize-targets", "regression", "a classification by cross-entropy");
        Path shares = Files.writeString(folder.resolve("shares.csv"), "x,y\n1,0.5\n2,0\n3,1\n4,0.2\n5,0.5\n");
        Cli.run("train", "--data", shares, "--loss", "bce", "--standardize-targets", "--out", model)
                .fails(2, "--standardize-targets", "a regression by bce");
        assertFalse(Files.exists(model));
    }
}
