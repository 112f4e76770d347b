package dev.cresset.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cresset.data.Schema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// No model file is trusted: each kind of damage is refused with words for it.
class ModelFileDamageTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void save() throws IOException {
        file = folder.resolve("m.safetensors");
        ModelFile.save(file, SampleModels.everyLayer());
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(FormatException.class, () -> ModelFile.load(file), "cut to " + length);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        Damage.says("cut off", () -> ModelFile.load(file));
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        Damage.says("bytes of numbers expected by the header", () -> ModelFile.load(file));
    }

    @Test
    void everyFlippedBitOfTheHeaderIsRefusedOrHarmless() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong() + 8;
        for (int at = 0; at < header; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            Files.write(file, damaged);
            try {
                ModelFile.load(file);
            } catch (FormatException refused) {
                assertEquals(true, refused.getMessage().startsWith(file.toString()), refused.getMessage());
            }
        }
    }

    @Test
    void filesOfOtherKindsAreRefused() throws IOException {
        Files.writeString(file, "a,b,c\n1,2,3\n4,5,6\n");
        Damage.says("not a safetensors file", () -> ModelFile.load(file));
        Files.write(file, new byte[1000]);
        Damage.says("not a safetensors file", () -> ModelFile.load(file));
        Files.write(file, new byte[0]);
        Damage.says("at least 8 bytes", () -> ModelFile.load(file));
        Damage.says("found a folder", () -> ModelFile.load(folder));
        Damage.says("no such file", () -> ModelFile.load(folder.resolve("none")));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 100_000_001, 0, 1})
    void absurdHeaderLengthsAreRefusedBeforeMemoryIsTaken(long length) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        Files.write(file, whole);
        Damage.says("announce a header of " + Long.toUnsignedString(length), () -> ModelFile.load(file));
    }

    @Test
    void aForeignSafetensorsFileIsCalledThat() throws IOException {
        damage(bytes -> bytes.header.remove("__metadata__"));
        Damage.says("not a Cresset model", () -> ModelFile.load(file));
        SafeTensorsBytes.write(
                file, "{\"w\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", new byte[1]);
        Damage.says("not a Cresset model", () -> ModelFile.load(file));
    }

    @Test
    void aNewerVersionIsCalledThat() throws IOException {
        damage(bytes -> bytes.metadata().addProperty("cresset.version", "2"));
        Damage.says("Use a newer Cresset", () -> ModelFile.load(file));
    }

    @ParameterizedTest
    @CsvSource({
        "0.bias, 0, 32", // on top of the weight
        "0.bias, 104, 136", // a gap before it
        "0.bias, 97, 129", // not aligned
        "0.bias, 96, 120", // too small for its shape
        "0.bias, 96, 96",
        "0.bias, 128, 96", // backwards
        "4.2.bias, 9000, 9016", // outside
        "4.2.bias, 9007199254740976, 9007199254740992",
    })
    void impossiblePlacesAreRefused(String name, long begin, long end) throws IOException {
        damage(bytes -> bytes.tensor(name).add("data_offsets", array(begin, end)));
        Damage.says("tensor '", () -> ModelFile.load(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[0]", "[0,1,2]", "[-8,8]", "[0.5,8]", "\"0\"", "{}", "[\"0\",\"8\"]", "[1e300,1e301]", "null"})
    void placesOfOtherKindsAreRefused(String offsets) throws IOException {
        damage(bytes -> bytes.tensor("0.bias").add("data_offsets", JsonParser.parseString(offsets)));
        Damage.says("header is not as expected", () -> ModelFile.load(file));
    }

    @Test
    void shapesThatOverflowAreRefused() throws IOException {
        damage(bytes -> bytes.tensor("0.weight").add("shape", array(1L << 40, 1L << 40, 1L << 40)));
        Damage.says("does not fill the bytes", () -> ModelFile.load(file));
    }

    @Test
    void otherTypesAreRefused() throws IOException {
        damage(bytes -> bytes.tensor("0.weight").addProperty("dtype", "I64"));
        Damage.says("F32 or F64 expected", () -> ModelFile.load(file));
        damage(bytes -> bytes.tensor("0.weight").addProperty("dtype", "F31"));
        Damage.says("found F31", () -> ModelFile.load(file));
        damage(bytes -> {
            bytes.tensor("0.bias").addProperty("dtype", "F32");
            bytes.tensor("0.bias").add("shape", array(8));
        });
        Damage.says("the same for all tensors", () -> ModelFile.load(file));
    }

    @Test
    void otherShapesAreRefused() throws IOException {
        damage(bytes -> bytes.tensor("0.weight").add("shape", array(3, 4)));
        Damage.says("shape [4, 3] expected by the architecture, found [3, 4]", () -> ModelFile.load(file));
        damage(bytes -> bytes.tensor("0.bias").add("shape", array(1, 4)));
        Damage.says("shape [4] expected", () -> ModelFile.load(file));
    }

    @Test
    void missingAndExtraTensorsAreNamed() throws IOException {
        damage(bytes -> bytes.header.add("0.wait", bytes.header.remove("0.weight")));
        Damage.says("missing [0.weight], unexpected [0.wait]", () -> ModelFile.load(file));
    }

    @Test
    void aNameThatStandsThereTwiceIsRefused() throws IOException {
        SafeTensorsBytes bytes = SafeTensorsBytes.read(file);
        String header = bytes.header.toString();
        String twice = header.substring(0, header.length() - 1) + ",\"0.bias\":" + bytes.tensor("0.bias") + "}";
        SafeTensorsBytes.write(file, twice, bytes.data);
        Damage.says("twice", () -> ModelFile.load(file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cresset.architecture | {\"type\":\"transformer\"} | 'transformer'",
                "cresset.architecture | {\"type\":\"linear\",\"inputs\":3} | no field 'outputs'",
                "cresset.architecture | {\"type\":\"linear\",\"inputs\":3,\"outputs\":2000000000} | tensors",
                "cresset.architecture | {\"type\":\"linear\",\"inputs\":3,\"outputs\":1e300} | whole number",
                "cresset.architecture | {\"type\":\"dropout\",\"probability\":2,\"seed\":\"1\"} | tensors",
                "cresset.architecture | [] | an object expected",
                "cresset.architecture | nonsense | metadata",
                "cresset.schema | {} | no field 'task'",
                "cresset.schema | {\"task\":\"x\"} | a task expected",
                "cresset.loss | {\"name\":1,\"options\":{}} | text expected",
                "cresset.preprocessing | {\"mean\":[1]} | no field 'deviation'",
                "cresset.preprocessing | {\"mean\":[1],\"deviation\":[0]} | deviation above 0",
                "cresset.preprocessing | {\"mean\":[1],\"deviation\":[1]} | standardizer of 3 columns",
            })
    void metadataOfOtherKindsIsRefused(String key, String text, String says) throws IOException {
        damage(bytes -> bytes.metadata().addProperty(key, text));
        Damage.says(says, () -> ModelFile.load(file));
    }

    @Test
    void missingMetadataIsNamed() throws IOException {
        damage(bytes -> bytes.metadata().remove("cresset.schema"));
        Damage.says("no cresset.schema", () -> ModelFile.load(file));
    }

    @Test
    void aLayerThatRefusesItsNumbersIsRefused() throws IOException {
        damage(bytes -> {
            String architecture = bytes.metadata().get("cresset.architecture").getAsString();
            bytes.metadata()
                    .addProperty(
                            "cresset.architecture", architecture.replace("\"probability\":0.25", "\"probability\":2"));
        });
        Damage.says("Dropout needs a probability", () -> ModelFile.load(file));
    }

    @Test
    void aSchemaOfAnotherModelIsRefused() throws IOException {
        Schema schema = SampleModels.everyLayer().schema();
        damage(bytes -> {
            JsonObject json = JsonParser.parseString(
                            bytes.metadata().get("cresset.schema").getAsString())
                    .getAsJsonObject();
            json.getAsJsonArray("classes").add("perhaps");
            bytes.metadata().addProperty("cresset.schema", json.toString());
        });
        Damage.says(schema.classes().size() + 1 + " outputs expected", () -> ModelFile.load(file));
    }

    private void damage(Consumer<SafeTensorsBytes> change) throws IOException {
        ModelFile.save(file, SampleModels.everyLayer());
        SafeTensorsBytes bytes = SafeTensorsBytes.read(file);
        change.accept(bytes);
        bytes.write(file);
    }

    private static JsonArray array(long... numbers) {
        JsonArray array = new JsonArray();
        for (long number : numbers) {
            array.add(number);
        }
        return array;
    }
}
