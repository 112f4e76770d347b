package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.cresset.backend.Device;
import dev.cresset.data.Rows;
import dev.cresset.formats.CsvReader;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import dev.cresset.train.Evaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// From a table of numbers to a model of two targets, its figures and its predictions.
class RegressionCommandsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"mse", "mse-halved", "l1", "smooth-l1"})
    void aLinearModelFindsALinearLaw(String loss) throws IOException {
        Path data = SampleFiles.plane(folder.resolve("plane.csv"), 400);
        Path model = folder.resolve("m");
        JsonObject figures = Cli.json(
                "train",
                "--data",
                data,
                "--target",
                "sum,difference",
                "--hidden",
                "none",
                "--loss",
                loss,
                "--lr",
                "0.05",
                "--epochs",
                "40",
                "--standardize",
                "--out",
                model);
        assertTrue(figures.get("validation_r2").getAsDouble() > 0.99, figures.toString());
        assertTrue(figures.get("validation_accuracy").isJsonNull());
        assertTrue(figures.get("validation_mse").getAsDouble() < 0.02);

        JsonObject judged = Cli.json("evaluate", "--model", model, "--data", data);
        assertTrue(judged.get("r2").getAsDouble() > 0.99);

        Path out = folder.resolve("p.csv");
        Cli.json("predict", "--model", model, "--data", data, "--out", out);
        List<String> lines = Files.readAllLines(out);
        assertEquals("sum,difference", lines.getFirst());
        SavedModel saved = ModelFile.load(model);
        Rows rows = new CsvReader().features(data, saved.schema().features());
        try (Device device = Device.cpu(saved.precision())) {
            double[][] expected = Evaluator.predict(saved.model().to(device), saved.prepare(rows));
            assertEquals(expected.length + 1, lines.size());
            for (int i = 0; i < expected.length; i++) {
                assertArrayEquals(
                        expected[i],
                        Arrays.stream(lines.get(i + 1).split(","))
                                .mapToDouble(Double::parseDouble)
                                .toArray());
            }
        }
    }

    @Test
    void oneRowThatIsLeftOverIsNoTroubleForBatchNorm() throws IOException {
        Path data = SampleFiles.plane(folder.resolve("plane.csv"), 65);
        Cli run = Cli.run(
                        "train",
                        "--data",
                        data,
                        "--batch-norm",
                        "--validation",
                        "0",
                        "--epochs",
                        "1",
                        "--out",
                        folder.resolve("m"))
                .requireCode(0);
        assertTrue(run.out().contains("leaves out one row"), run.out());
    }
}
