package dev.cresset.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cresset.data.Dataset;
import dev.cresset.data.Standardizer;
import dev.cresset.data.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The files that courses really use, where the system property `cresset.shared` points to a folder that has them.
class RealFilesTest {
    @Test
    void tenThousandDigitsOfMnist() throws IOException {
        Dataset digits = IdxReader.folder(shared("data/mnist-10k"));
        assertEquals(10_000, digits.size());
        assertEquals(28 * 28, digits.inputs());
        assertEquals(10, digits.outputs());
        // The first digits of the test set, as every course shows them.
        int[] known = {7, 2, 1, 0, 4, 1, 4, 9, 5, 9};
        for (int row = 0; row < known.length; row++) {
            assertEquals(known[row], digits.label(row));
        }
        double largest = 0;
        double[] picture = new double[digits.inputs()];
        for (int row = 0; row < digits.size(); row++) {
            digits.features().copy(row, picture, 0);
            for (double pixel : picture) {
                assertTrue(pixel >= 0 && pixel <= 1);
                largest = Math.max(largest, pixel);
            }
        }
        assertEquals(1, largest);
    }

    @Test
    void bostonHousing() throws IOException {
        Dataset houses = new CsvReader().read(shared("data/boston/boston_housing.csv"));
        assertEquals(506, houses.size());
        assertEquals(Task.REGRESSION, houses.schema().task());
        assertEquals(List.of("PRICE"), houses.schema().targets());
        assertEquals(
                List.of(
                        "CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX", "PTRATIO", "B",
                        "LSTAT"),
                houses.schema().features());
        double[] row = new double[13];
        houses.features().copy(0, row, 0);
        assertArrayEquals(
                new double[] {0.00632, 18, 2.31, 0, 0.538, 6.575, 65.2, 4.09, 1, 296, 15.3, 396.9, 4.98}, row);
        assertEquals(11.9, houses.targets().at(505, 0));
        // The mean price in thousands of dollars, as the data's descriptions give it.
        double mean = Standardizer.fit(houses.targets()).mean()[0];
        assertEquals(22.53, mean, 0.005);
    }

    private static Path shared(String name) {
        String root = System.getProperty("cresset.shared");
        assumeTrue(root != null && !root.isBlank(), "The system property cresset.shared names no folder of real data.");
        Path path = Path.of(root, name);
        assumeTrue(Files.exists(path), "The folder of the system property cresset.shared holds no " + name + ".");
        return path;
    }
}
