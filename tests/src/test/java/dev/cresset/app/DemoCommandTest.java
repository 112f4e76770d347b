package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demonstration learns, and what it writes can be looked at and used.
class DemoCommandTest {
    @TempDir
    Path folder;

    @Test
    void itLearnsAndDraws() throws IOException {
        Path out = folder.resolve("new").resolve("out");
        JsonObject figures = Cli.json("demo", "--out", out);
        assertTrue(figures.get("validation_accuracy").getAsDouble() > 0.97, figures.toString());
        assertTrue(figures.get("train_accuracy").getAsDouble() > 0.97, figures.toString());

        SavedModel model = ModelFile.load(out.resolve("model.safetensors"));
        assertEquals(List.of("first", "second"), model.schema().classes());

        assertTrue(colors(out.resolve("loss.png")).size() > 50);
        Set<Integer> regions = colors(out.resolve("boundary.png"));
        assertTrue(regions.size() > 200, regions.size() + " colours");
    }

    @Test
    void theSameSeedGivesTheSameFiles() throws IOException {
        for (String name : List.of("1", "2")) {
            Cli.run("demo", "--out", folder.resolve(name), "--epochs", "3", "--seed", "9")
                    .requireCode(0);
        }
        for (String name : List.of("model.safetensors", "loss.png", "boundary.png")) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("1").resolve(name)),
                    Files.readAllBytes(folder.resolve("2").resolve(name)),
                    name);
        }
    }

    @Test
    void itSaysWhatItWrote() {
        Cli run = Cli.run("demo", "--out", folder, "--epochs", "1").requireCode(0);
        for (String part : List.of("model.safetensors", "loss.png", "boundary.png", "validation: loss")) {
            assertTrue(run.out().contains(part), run.out());
        }
    }

    private static Set<Integer> colors(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        assertTrue(image.getWidth() >= 700 && image.getHeight() >= 700);
        Set<Integer> colors = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colors.add(image.getRGB(x, y));
            }
        }
        return colors;
    }
}
