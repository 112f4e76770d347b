package dev.cresset.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.backend.Device;
import dev.cresset.data.Rows;
import dev.cresset.nn.Mode;
import dev.cresset.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is saved comes back, and the file is what other programs expect.
class ModelFileTest {
    @TempDir
    Path folder;

    @Test
    void everythingComesBackBitForBitInFloat64() throws IOException {
        SavedModel saved = SampleModels.everyLayer();
        Path file = folder.resolve("m.safetensors");
        ModelFile.save(file, saved);
        SavedModel loaded = ModelFile.load(file);

        assertEquals(Precision.FP64, loaded.precision());
        assertEquals(saved.model().spec(), loaded.model().spec());
        assertEquals(saved.schema(), loaded.schema());
        assertEquals(saved.loss(), loaded.loss());
        assertArrayEquals(saved.standardizer().mean(), loaded.standardizer().mean());
        assertArrayEquals(
                saved.standardizer().deviation(), loaded.standardizer().deviation());
        assertEquals(Mode.EVALUATION, loaded.model().mode());
        requireSameNumbers(SampleModels.numbers(saved.model()), SampleModels.numbers(loaded.model()));
    }

    @Test
    void everythingComesBackBitForBitInFloat32() throws IOException {
        SavedModel saved = SampleModels.everyLayer();
        Path file = folder.resolve("m.safetensors");
        try (Device device = Device.cpu(Precision.FP32)) {
            saved.model().to(device);
            Map<String, double[]> before = SampleModels.numbers(saved.model());
            ModelFile.save(file, new SavedModel(saved.model(), saved.schema(), saved.loss(), saved.standardizer()));
            SavedModel loaded = ModelFile.load(file);
            assertEquals(Precision.FP32, loaded.precision());
            requireSameNumbers(before, SampleModels.numbers(loaded.model()));
            requireSameNumbers(before, SampleModels.numbers(loaded.model().to(device)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP64"})
    void savingWhatWasLoadedGivesTheSameBytes(Precision precision) throws IOException {
        SavedModel s = SampleModels.everyLayer();
        Path first = folder.resolve("1");
        Path second = folder.resolve("2");
        ModelFile.save(first, new SavedModel(s.model(), precision, s.schema(), s.loss(), s.standardizer()));
        ModelFile.save(second, ModelFile.load(first));
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
    }

    @Test
    void namesAndShapesArePyTorchs() throws IOException {
        Path file = folder.resolve("m");
        ModelFile.save(file, SampleModels.everyLayer());
        SafeTensorsBytes bytes = SafeTensorsBytes.read(file);
        assertEquals("[4,3]", bytes.tensor("0.weight").get("shape").toString());
        assertEquals("[4]", bytes.tensor("0.bias").get("shape").toString());
        for (String name : List.of("weight", "bias", "running_mean", "running_var")) {
            assertEquals("[4]", bytes.tensor("1." + name).get("shape").toString());
        }
        // A weight of one output is still a matrix.
        assertEquals("[1,4]", bytes.tensor("4.0.weight").get("shape").toString());
        assertEquals("[2,1]", bytes.tensor("4.2.weight").get("shape").toString());
        assertEquals(1 + 2 + 4 + 4, bytes.header.size());
        assertEquals(0, (Files.size(file) - bytes.data.length) % 8);
    }

    @Test
    void aModelOfOneLayerNeedsNoStandardizer() throws IOException {
        Path file = folder.resolve("m");
        ModelFile.save(file, SampleModels.line());
        SavedModel loaded = ModelFile.load(file);
        assertNull(loaded.standardizer());
        assertEquals(
                List.of("weight", "bias"),
                List.copyOf(SampleModels.numbers(loaded.model()).keySet()));
        Rows rows = Rows.of(1, 2, 3, 4);
        assertEquals(rows, loaded.prepare(rows));
    }

    @Test
    void numbersThatAreNotFiniteAreKept() throws IOException {
        SavedModel saved = SampleModels.line();
        saved.model().parameters().byName().get("weight").set(Double.NaN, Double.NEGATIVE_INFINITY);
        Path file = folder.resolve("m");
        ModelFile.save(file, saved);
        requireSameNumbers(
                SampleModels.numbers(saved.model()),
                SampleModels.numbers(ModelFile.load(file).model()));
    }

    @Test
    void aSecondModelTakesThePlaceOfTheFirstAndNothingElseIsLeft() throws IOException {
        Path file = folder.resolve("m");
        ModelFile.save(file, SampleModels.line());
        ModelFile.save(file, SampleModels.everyLayer());
        assertEquals(3, ModelFile.load(file).schema().inputs());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aMissingFolderIsNamed() {
        Path file = folder.resolve("none").resolve("m");
        String message = assertThrows(IOException.class, () -> ModelFile.save(file, SampleModels.line()))
                .getMessage();
        assertTrue(message.contains("no folder " + folder.resolve("none")), message);
    }

    @Test
    void partsThatDoNotFitAreRefused() {
        SavedModel line = SampleModels.line();
        assertThrows(
                IllegalArgumentException.class,
                () -> new SavedModel(line.model(), SampleModels.everyLayer().schema(), line.loss(), null));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SavedModel(
                        line.model(),
                        line.schema(),
                        line.loss(),
                        SampleModels.everyLayer().standardizer()));
    }

    private static void requireSameNumbers(Map<String, double[]> expected, Map<String, double[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, numbers) -> assertArrayEquals(numbers, found.get(name), 0, name));
    }
}
