package dev.cresset.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The table of registers in the kernels' README is what ptxas says. Another nvcc may use others, so it is held only
/// with the one that the README names.
class KernelRegistersTest {
    private static final String NVCC = "13.0.88";
    private static final Pattern ROW =
            Pattern.compile("\\|[^|]*\\| (\\w+) \\| (\\d+|-) \\| (\\d+|-) \\| (\\d+|(\\d+) / (\\d+)) \\|");

    @Test
    void theReadmesTableIsWhatPtxasSays() throws IOException {
        assumeTrue(
                KernelImage.manifest().nvcc().equals(NVCC),
                "The table is of nvcc " + NVCC + ", this build has "
                        + KernelImage.manifest().nvcc() + ".");
        Map<String, String> said = new TreeMap<>();
        KernelImage.registers().orElseThrow().lines().forEach(line -> {
            String[] words = line.split(" ");
            said.put(words[0], words[1] + " registers, " + words[2] + " bytes");
        });
        assertEquals(said, table());
    }

    private static Map<String, String> table() throws IOException {
        Map<String, String> table = new TreeMap<>();
        Files.readAllLines(Path.of(System.getProperty("cresset.root"), "cuda-kernels/README.md"))
                .forEach(line -> {
                    Matcher row = ROW.matcher(line);
                    if (row.matches()) {
                        String shared = row.group(4);
                        put(table, row.group(1) + "_f32", row.group(2), row.group(5) == null ? shared : row.group(5));
                        put(table, row.group(1) + "_f64", row.group(3), row.group(6) == null ? shared : row.group(6));
                    }
                });
        return table;
    }

    private static void put(Map<String, String> table, String kernel, String registers, String shared) {
        if (!registers.equals("-")) {
            table.put(kernel, registers + " registers, " + shared + " bytes");
        }
    }
}
