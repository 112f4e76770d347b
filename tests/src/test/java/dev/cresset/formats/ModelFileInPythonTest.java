package dev.cresset.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cresset.tensor.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A reader written after the format's own description, in another language, finds every number where it should be.
class ModelFileInPythonTest {
    private static final String READER = """
            import json, math, struct, sys
            with open(sys.argv[1], "rb") as file:
                blob = file.read()
            length, = struct.unpack_from("<Q", blob, 0)
            header = json.loads(blob[8:8 + length])
            metadata = header.pop("__metadata__")
            assert all(isinstance(v, str) for v in metadata.values())
            end = 0
            for name, tensor in header.items():
                begin, stop = tensor["data_offsets"]
                size, letter = {"F32": (4, "f"), "F64": (8, "d")}[tensor["dtype"]]
                count = math.prod(tensor["shape"])
                assert begin == end and stop - begin == count * size
                assert (8 + length + begin) % size == 0
                numbers = struct.unpack_from("<%d%s" % (count, letter), blob, 8 + length + begin)
                print(name, " ".join(number.hex() for number in numbers))
                end = stop
            assert 8 + length + end == len(blob)
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP64"})
    void pythonReadsTheSameNumbers(Precision precision) throws IOException, InterruptedException {
        SavedModel s = SampleModels.everyLayer();
        Path file = folder.resolve("m.safetensors");
        ModelFile.save(file, new SavedModel(s.model(), precision, s.schema(), s.loss(), s.standardizer()));
        Map<String, String> expected = new TreeMap<>();
        SampleModels.numbers(s.model()).forEach((name, numbers) -> expected.put(name, hex(numbers, precision)));
        Map<String, String> found = new TreeMap<>();
        for (String line : python(file)) {
            String[] words = line.split(" ", 2);
            double[] numbers = Arrays.stream(words[1].split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            found.put(words[0], hex(numbers, Precision.FP64));
        }
        assertEquals(expected, found);
    }

    private static String hex(double[] numbers, Precision precision) {
        StringBuilder text = new StringBuilder();
        for (double number : numbers) {
            text.append(Double.toHexString(precision == Precision.FP32 ? (float) number : number))
                    .append(' ');
        }
        return text.toString();
    }

    private static List<String> python(Path file) throws IOException, InterruptedException {
        Process process = null;
        try {
            process = new ProcessBuilder("python3", "-c", READER, file.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException absent) {
            assumeTrue(false, "There is no python3 here to read the file with: " + absent.getMessage());
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), output);
        return output.lines().toList();
    }
}
