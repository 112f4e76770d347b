package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pictures and labels in IDX files.
class IdxCommandsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void train() throws IOException {
        data = SampleFiles.stripes(folder.resolve("stripes"), 200);
        model = folder.resolve("m");
        JsonObject figures =
                Cli.json("train", "--data", data, "--hidden", "none", "--lr", "0.5", "--epochs", "10", "--out", model);
        assertTrue(figures.get("validation_accuracy").getAsDouble() > 0.95, figures.toString());
    }

    @Test
    void aFolderAndItsFileOfPicturesAreTheSameData() {
        Path pictures = data.resolve("s-images-idx3-ubyte.gz");
        JsonObject byFolder = Cli.json("evaluate", "--model", model, "--data", data);
        JsonObject byFile = Cli.json("evaluate", "--model", model, "--data", pictures);
        assertEquals(byFolder.get("loss"), byFile.get("loss"));
        assertEquals(200, byFile.get("rows").getAsInt());
    }

    @Test
    void picturesWithoutLabelsCanBePredicted() throws IOException {
        Path alone = folder.resolve("alone-images-idx3-ubyte.gz");
        Files.copy(data.resolve("s-images-idx3-ubyte.gz"), alone);
        Path out = folder.resolve("p.csv");
        Cli.json("predict", "--model", model, "--data", alone, "--out", out);
        List<String> lines = Files.readAllLines(out);
        assertEquals("label,P(0),P(1),P(2),P(3)", lines.getFirst());
        for (int i = 0; i < 4; i++) {
            assertTrue(lines.get(i + 1).startsWith(i + ","), lines.get(i + 1));
        }
    }

    @Test
    void missingLabelsAreNamed() throws IOException {
        Path alone = folder.resolve("alone-images-idx3-ubyte.gz");
        Files.copy(data.resolve("s-images-idx3-ubyte.gz"), alone);
        Cli.run("evaluate", "--model", model, "--data", alone).fails(1, "alone-labels-idx1-ubyte.gz", "no such file");
    }

    @Test
    void optionsOfTablesAreRefused() {
        Cli.run("train", "--data", data, "--out", model, "--target", "label").fails(2, "IDX files");
        Cli.run("train", "--data", data, "--out", model, "--task", "regression").fails(2, "IDX files");
    }
}
