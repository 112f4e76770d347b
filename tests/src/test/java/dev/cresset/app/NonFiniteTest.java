package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.cresset.data.Schema;
import dev.cresset.formats.LossSpec;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import dev.cresset.nn.Linear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
}
