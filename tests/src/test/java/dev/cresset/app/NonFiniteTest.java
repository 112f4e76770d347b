package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.data.Schema;
import dev.cresset.formats.LossSpec;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import dev.cresset.nn.Linear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// NaN and infinities never reach a file as results.
class NonFiniteTest {
    @TempDir
    Path folder;

    @Test
    void aPredictionThatIsNotFiniteIsRefusedByItsRow() throws IOException {
        Path model = folder.resolve("m");
        Linear line = new Linear(1, 1);
        line.weight().set(1e30);
        ModelFile.save(
                model, new SavedModel(line, Schema.regression(List.of("x"), List.of("y")), LossSpec.of("mse"), null));
        Path data = Files.writeString(folder.resolve("x.csv"), "x\n1\n2\n1e300\n4\n");
        Path out = Files.writeString(folder.resolve("p.csv"), "what was there before");
        Cli.run("predict", "--model", model, "--data", data, "--out", out)
                .fails(1, "Data row 3", "finite", "Infinity", "fp64");
        assertEquals("what was there before", Files.readString(out));
        assertEquals(3, Files.list(folder).count(), "no draft is left");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.2"})
    void aModelThatIsNotFiniteAfterItsOnlyStepIsNotSaved(String validation) throws IOException {
        Path data = SampleFiles.plane(folder.resolve("plane.csv"), 30);
        Path model = folder.resolve("m");
        Cli.run("train", "--data", data, "--epochs", "1", "--lr", "1e38", "--validation", validation, "--out", model)
                .fails(1, "lower the learning rate", "--standardize-targets");
        assertFalse(Files.exists(model));
    }

    @ParameterizedTest
    @CsvSource({"plane,0", "plane,0.2", "clouds,0", "clouds,0.2"})
    void aModelThatIsFarWorseThanAnUntrainedOneIsNotSaved(String set, String validation) throws IOException {
        boolean regression = set.equals("plane");
        Path file = folder.resolve(set + ".csv");
        Path data = regression ? SampleFiles.plane(file, 60) : SampleFiles.clouds(file, 60);
        Path model = folder.resolve("m");
        List<Object> train = List.of("train", "--data", data, "--hidden", "none", "--lr", 100, "--batch-size", 20);
        List<Object> more = List.of("--epochs", 1, "--validation", validation, "--seed", 1, "--out", model);
        Cli run = Cli.run(Stream.concat(train.stream(), more.stream()).toArray());
        run.fails(1, "The loss grew from", "(epoch 1, batch 2 of ", "lower the learning rate");
        assertEquals(regression, run.err().contains("--standardize-targets"), run.err());
        assertFalse(Files.exists(model));
    }

    /// The first batch may be one row that the untrained model has right, with a loss of next to nothing.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void aFirstRowThatIsRightByLuckIsNotWhatARunIsMeasuredBy(int seed) throws IOException {
        Path data = SampleFiles.clouds(folder.resolve("clouds.csv"), 60);
        Path model = folder.resolve("m");
        List<Object> train = List.of("train", "--data", data, "--batch-size", 1, "--epochs", 1, "--lr", 1e-9);
        Cli.run(Stream.concat(train.stream(), Stream.of("--seed", seed, "--out", model))
                        .toArray())
                .requireCode(0);
        assertTrue(Files.exists(model));
    }

    @Test
    void theFirstStepWhoseLossIsNotFiniteIsNamed() throws IOException {
        Path data = SampleFiles.plane(folder.resolve("plane.csv"), 64);
        Cli.run(
                        "train",
                        "--data",
                        data,
                        "--lr",
                        "1e30",
                        "--batch-size",
                        "16",
                        "--validation",
                        "0",
                        "--out",
                        folder.resolve("m"))
                .fails(1, "before step 2 (epoch 1, batch 2 of 4)", "lower the learning rate");
    }
}
