package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cresset.tensor.Precision;
import dev.cresset.verify.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands on a GPU.
@Tag("cuda")
class CudaCommandsTest {
    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void write() throws IOException {
        Place.openCuda(Precision.FP32).close();
        data = SampleFiles.clouds(folder.resolve("clouds.csv"), 90);
    }

    @Test
    void trainingEvaluatingAndPredictingGiveTheNumbersOfTheCpu() throws IOException {
        JsonObject[] trained = new JsonObject[2];
        JsonObject[] evaluated = new JsonObject[2];
        String[] devices = {"cpu", "cuda"};
        for (int i = 0; i < devices.length; i++) {
            Path model = folder.resolve(devices[i]);
            Object[] train = {
                "train", "--data", data, "--device", devices[i], "--batch-norm", "--epochs", "5", "--out", model
            };
            trained[i] = Cli.json(train);
            evaluated[i] = Cli.json("evaluate", "--model", model, "--data", data, "--device", devices[i]);
            Cli.run("predict", "--model", model, "--data", data, "--device", devices[i], "--out", model + ".csv")
                    .requireCode(0);
        }
        for (String figure : new String[] {"train_loss", "validation_loss"}) {
            assertEquals(
                    trained[0].get(figure).getAsDouble(), trained[1].get(figure).getAsDouble(), 1e-3, figure);
        }
        assertEquals(
                evaluated[0].get("loss").getAsDouble(), evaluated[1].get("loss").getAsDouble(), 1e-3);
        assertEquals(91, Files.readAllLines(folder.resolve("cuda.csv")).size());
        assertTrue(trained[1].toString().contains("cuda:0/FP32"), trained[1].toString());
        String[] places = {"host", "device"};
        for (int i = 0; i < places.length; i++) {
            assertEquals(places[i], trained[i].get("data_on").getAsString());
            assertEquals(i == 0, trained[i].get("steps_at_once").getAsInt() == 1, trained[i].toString());
            assertNotEquals("auto", trained[i].get("tier").getAsString());
        }
    }

    @Test
    void thePrecisionsOfGpusAreNamedOnTheCommandLine() {
        for (String precision : new String[] {"tf32", "bf16", "3xtf32"}) {
            Path model = folder.resolve(precision);
            Object[] train = {"train", "--data", data, "--epochs", "5", "--precision", precision, "--out", model};
            JsonObject trained = Cli.json(train);
            assertTrue(trained.toString().toLowerCase().contains(precision + "\""), trained.toString());
            assertTrue(Double.isFinite(trained.get("train_loss").getAsDouble()), trained.toString());
            Cli.run("evaluate", "--model", model, "--data", data).requireCode(0);
        }
    }

    @Test
    void autoTakesTheGpuAndSaysSo() {
        Cli run = Cli.run("train", "--data", data, "--epochs", "1", "--out", folder.resolve("m"));
        run.requireCode(0);
        assertTrue(run.out().contains("device    cuda:0: FP32 on cuda:0 ("), run.out());
        assertTrue(run.out().contains("(auto: the first GPU)"), run.out());
        Cli.run("train", "--data", data, "--threads", 2, "--out", folder.resolve("n"))
                .fails(2, "options of the CPU, found device cuda:0", "use --device cpu");
    }

    @Test
    void aGpuThatIsNotThereIsAnErrorThatNamesThoseThatAre() {
        Cli.run("train", "--data", data, "--device", "cuda:999", "--out", folder.resolve("m"))
                .fails(1, "Device cuda:999 is not available: the driver shows", "cuda:0 (");
    }

    @Test
    void gradientsCheckInFloat64() {
        JsonObject json = Cli.json("check-gradients", "--device", "cuda", "--batch-norm");
        assertTrue(json.get("passed").getAsBoolean(), json.toString());
    }

    @Test
    void theDoctorTriesEveryOperationInEveryPrecisionAndSaysReady() {
        JsonObject json = Cli.json("doctor", "--require-gpu");
        assertTrue(json.get("ready").getAsBoolean(), json.toString());
        int gpus = json.getAsJsonArray("gpus").size();
        assertEquals(
                Precision.values().length * gpus + 2,
                json.getAsJsonArray("checks").size());
        Cli run = Cli.run("doctor", "--require-gpu").requireCode(0);
        assertTrue(run.out().strip().lines().reduce("", (a, b) -> b).startsWith("Ready: cuda:0 ("), run.out());
    }

    @Test
    void theBenchmarkComputesWellInEveryPrecision() throws IOException {
        Path figures = folder.resolve("figures.json");
        Cli run = Cli.run("bench", "--small", "--device", "cuda", "--json", figures, "--precisions", precisions());
        run.requireCode(0);
        int rows = 4 * Precision.values().length;
        assertTrue(run.out().endsWith("bench: %d of %d rows run, 0 failed\n".formatted(rows, rows)), run.out());
        JsonObject all = JsonParser.parseString(Files.readString(figures)).getAsJsonObject();
        for (JsonElement row : all.getAsJsonArray("rows")) {
            JsonObject figure = row.getAsJsonObject();
            assertTrue(figure.get("step_us").getAsDouble() > 0, figure.toString());
            assertEquals("device", figure.get("data_on").getAsString(), figure.toString());
            assertTrue(figure.get("steps_at_once").getAsInt() > 1, figure.toString());
            assertNotEquals("auto", figure.get("tier").getAsString(), figure.toString());
        }
    }

    private static String precisions() {
        return Arrays.stream(Precision.values()).map(Precision::name).collect(Collectors.joining(","));
    }
}
