package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cresset.formats.ModelFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A run that is ended from outside ends in good order. Here by SIGTERM, which Java can send; Ctrl-C's SIGINT takes
/// the same way through the program and gives 130.
class InterruptionTest {
    private static final int TERMINATED = 143;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void whatWasTrainedIsSavedAndDrawn() throws IOException, InterruptedException {
        Path data = SampleFiles.clouds(folder.resolve("clouds.csv"), 3000);
        Path model = folder.resolve("m");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.lwjgl.system.memoryBackend=ffm",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.cresset.app.Main",
                        "train",
                        "--data",
                        data.toString(),
                        "--out",
                        model.toString(),
                        "--epochs",
                        "1000000",
                        "--plot",
                        folder.resolve("loss.png").toString(),
                        "--json")
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assumeTrue(process.supportsNormalTermination(), "This system can only kill a process, not ask it to end.");
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            String line = err.readLine();
            while (line != null && !line.startsWith("epoch")) {
                line = err.readLine();
            }
            assertTrue(line != null, "the run ended by itself");
            process.toHandle().destroy(); // Process.destroy would close the streams, too
            err.lines().forEach(rest -> {});
        }
        assertEquals(TERMINATED, process.waitFor());
        String out = Files.readString(folder.resolve("out"));
        JsonObject figures = JsonParser.parseString(out).getAsJsonObject();
        assertEquals("cancelled", figures.get("end").getAsString());
        assertEquals(3, ModelFile.load(model).schema().outputs());
        assertTrue(ImageIO.read(folder.resolve("loss.png").toFile()).getWidth() > 100);
    }
}
