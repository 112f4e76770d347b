package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.cresset.backend.Device;
import dev.cresset.data.Dataset;
import dev.cresset.formats.ModelFile;
import dev.cresset.formats.SavedModel;
import dev.cresset.train.Evaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a table with names for classes to a model, its figures and its predictions.
class ClassificationCommandsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        data = SampleFiles.clouds(folder.resolve("clouds.csv"), 300);
        model = folder.resolve("m.safetensors");
    }

    private JsonObject train(Object... more) {
        Object[] arguments = {
            "train", "--data", data, "--out", model, "--hidden", "16", "--lr", "0.1", "--epochs", "15", "--standardize"
        };
        return Cli.json(join(arguments, more));
    }

    private static Object[] join(Object[] first, Object... second) {
        Object[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @Test
    void trainingReportsItsFigures() {
        JsonObject figures = train();
        assertEquals(
                Set.of(
                        "train_loss",
                        "validation_loss",
                        "validation_accuracy",
                        "validation_mse",
                        "validation_r2",
                        "epochs",
                        "kept_epoch",
                        "end",
                        "seconds",
                        "parameters",
                        "device",
                        "tier",
                        "steps_at_once",
                        "data_on",
                        "model"),
                figures.keySet());
        assertTrue(figures.get("validation_accuracy").getAsDouble() > 0.97, figures.toString());
        assertTrue(figures.get("validation_mse").isJsonNull());
        assertEquals(15, figures.get("epochs").getAsInt());
        assertEquals("completed", figures.get("end").getAsString());
        assertEquals("cpu/FP32", figures.get("device").getAsString());
        assertEquals(2 * 16 + 16 + 16 * 3 + 3, figures.get("parameters").getAsInt());
    }

    @Test
    void evaluatingTheSavedModelGivesItsFigures() {
        train();
        JsonObject figures = Cli.json("evaluate", "--model", model, "--data", data);
        assertEquals(Set.of("loss", "accuracy", "mse", "r2", "rows", "seconds", "device"), figures.keySet());
        assertTrue(figures.get("accuracy").getAsDouble() > 0.97);
        assertEquals(300, figures.get("rows").getAsInt());
    }

    @Test
    void predictionsAreThoseOfTheLibrary() throws IOException {
        train();
        Path out = folder.resolve("p.csv");
        assertEquals(
                300,
                Cli.json("predict", "--model", model, "--data", data, "--out", out)
                        .get("rows")
                        .getAsInt());

        SavedModel saved = ModelFile.load(model);
        Dataset dataset = new dev.cresset.formats.CsvReader().read(data, saved.schema());
        double[][] outputs;
        try (Device device = Device.cpu(saved.precision())) {
            outputs = Evaluator.predict(
                    saved.model().to(device), saved.prepare(dataset).features());
        }
        List<CsvRecord> rows;
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(out)) {
            rows = reader.stream().toList();
        }
        assertEquals(
                List.of("kind", "P(iris, wild)", "P(rose)", "P(tulip)"),
                rows.getFirst().getFields());
        for (int i = 0; i < outputs.length; i++) {
            double[] probabilities = new Objective(LossName.CROSS_ENTROPY, 0).probabilities(outputs[i]);
            List<String> fields = rows.get(i + 1).getFields();
            assertArrayEquals(
                    probabilities,
                    fields.subList(1, 4).stream()
                            .mapToDouble(Double::parseDouble)
                            .toArray());
            double largest = Arrays.stream(probabilities).max().orElseThrow();
            int predicted = saved.schema().classes().indexOf(fields.getFirst());
            assertEquals(largest, probabilities[predicted]);
            assertEquals(1, Arrays.stream(probabilities).sum(), 1e-12);
        }
    }

    @Test
    void theTargetNeedNotBeThereToPredict() throws IOException {
        train();
        Path bare = folder.resolve("bare.csv");
        Files.writeString(bare, "weight,length\n1000,1\n0,0\n");
        Path out = folder.resolve("p.csv");
        Cli.json("predict", "--model", model, "--data", bare, "--out", out);
        List<String> lines = Files.readAllLines(out);
        assertTrue(lines.get(1).startsWith("rose,"), lines.get(1));
        assertTrue(lines.get(2).startsWith("\"iris, wild\","), lines.get(2));
    }

    @Test
    void theSameSeedGivesTheSameFile() throws IOException {
        Object[] recipe = {"--batch-norm", "--dropout", "0.2", "--momentum", "0.9", "--nesterov", "--seed", "5"};
        train(recipe);
        byte[] first = Files.readAllBytes(model);
        train(recipe);
        assertArrayEquals(first, Files.readAllBytes(model));
        train("--batch-norm", "--dropout", "0.2", "--momentum", "0.9", "--nesterov", "--seed", "6");
        assertTrue(Arrays.mismatch(first, Files.readAllBytes(model)) >= 0);
    }

    @Test
    void everyLossOfATaskTrains() {
        for (String loss : List.of("cross-entropy", "bce-with-logits", "bce")) {
            JsonObject figures = train("--loss", loss);
            assertTrue(figures.get("validation_accuracy").getAsDouble() > 0.9, loss + " " + figures);
            Cli.json("evaluate", "--model", model, "--data", data);
        }
        train("--label-smoothing", "0.1");
        double smoothed = Cli.json("evaluate", "--model", model, "--data", data)
                .get("loss")
                .getAsDouble();
        // The entropy of the smoothed labels is the least that the loss can be.
        assertTrue(smoothed > 0.25, "loss " + smoothed);
    }

    @Test
    void withoutValidationThereAreNoFiguresOfIt() {
        JsonObject figures = train("--validation", "0");
        assertTrue(figures.get("validation_loss").isJsonNull());
        assertTrue(figures.get("validation_accuracy").isJsonNull());
        assertTrue(figures.get("train_loss").getAsDouble() < 0.5);
    }

    @Test
    void earlyStoppingStopsWhereNothingIsLearned() throws IOException {
        Path noise = SampleFiles.noise(folder.resolve("noise.csv"), 200);
        JsonObject figures = Cli.json(
                "train", "--data", noise, "--out", model, "--lr", "0.3", "--epochs", 2000, "--early-stopping", 3);
        assertEquals("stopped_early", figures.get("end").getAsString());
        assertEquals(
                figures.get("epochs").getAsInt() - 3, figures.get("kept_epoch").getAsInt());
        // The file holds the best model, not the last.
        assertTrue(figures.get("validation_loss").getAsDouble() < 1);
    }

    @Test
    void float64AndTheReferenceDeviceTrain() throws IOException {
        train("--precision", "fp64", "--epochs", "2");
        assertEquals("FP64", ModelFile.load(model).precision().name());
        assertEquals(
                "reference/FP64",
                train("--device", "reference", "--epochs", "1").get("device").getAsString());
        // A trained model is used in the precision of its file.
        JsonObject figures = Cli.json("evaluate", "--model", model, "--data", data);
        assertEquals("cpu/FP64", figures.get("device").getAsString());
    }

    @Test
    void theCpuComputesOnSoManyThreadsAndWithTheLibraryThatWasNamed() {
        Cli run = Cli.run(
                "train",
                "--data",
                data,
                "--out",
                model,
                "--epochs",
                1,
                "--device",
                "cpu",
                "--threads",
                2,
                "--products",
                "openblas");
        run.requireCode(0);
        assertTrue(run.out().contains("cpu: FP32, 2 threads, "), run.out());
        assertTrue(run.out().contains("products by OpenBLAS "), run.out());
        Cli one = Cli.run("evaluate", "--model", model, "--data", data, "--threads", 1);
        assertTrue(one.requireCode(0).out().contains("cpu: FP32, 1 thread, "), one.out());
    }

    @Test
    void aTableWithoutHeaderAndWithNumbersForClassesTrains() throws IOException {
        Path spirals = SampleFiles.spirals(folder.resolve("spirals.csv"));
        Cli.json("train", "--data", spirals, "--task", "classification", "--out", model, "--epochs", "1");
        assertEquals(List.of("0", "1"), ModelFile.load(model).schema().classes());
        Cli.json("evaluate", "--model", model, "--data", spirals);
    }

    @Test
    void withoutJsonPeopleReadTheSame() {
        Cli run = Cli.run("train", "--data", data, "--out", model, "--epochs", "2", "--standardize")
                .requireCode(0);
        for (String part : List.of(
                "300 rows of 2 features", "2-128-3, relu", "(auto: Device cuda:0 is not available", "wrote " + model)) {
            assertTrue(run.out().contains(part), run.out());
        }
        assertTrue(run.err().contains("epoch 2/2  train loss"), run.err());
    }
}
