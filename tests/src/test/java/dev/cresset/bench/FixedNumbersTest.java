package dev.cresset.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The numbers of the workloads, bit for bit those that NumPy makes with uint64 and float32 arithmetic.
class FixedNumbersTest {
    private static final double BOUND_784 = 0x1.24924ap-5;

    @Test
    void theFirstNumbersAreThoseOfNumPy() {
        double[] unit = {0x1.731814p-2, 0x1.526p-3, 0x1.f9958ep-1, 0x1.27bee8p-1, 0x1.253d1cp-2};
        for (int i = 0; i < unit.length; i++) {
            assertEquals(unit[i], FixedNumbers.unit(1, i + 1L));
        }
        assertArrayEquals(
                new double[] {0x1.6d6d8p-2, 0x1.8f71d8p-2, 0x1.db7e1p-1, -0x1.f123dp-1}, uniform(1000, 4, -1, 1));
        assertArrayEquals(new double[] {0x1.35630cp-2, 0x1.f373b6p-1, 0x1.d5a3a8p-3}, uniform(5003, 3, 0, 1));
        double[] weights = uniform(100, 784 * 512, -BOUND_784, BOUND_784);
        assertEquals(BOUND_784, (float) (1 / Math.sqrt(784)));
        assertEquals(0x1.1698b6p-5, weights[0]);
        assertEquals(0x1.bb9b4cp-6, weights[1]);
        assertEquals(0x1.a7967cp-6, weights[weights.length - 1]);
    }

    /// Checksums of the float32 bytes, least significant first.
    @ParameterizedTest
    @CsvSource({
        "5003, 70001, 0, 1, 1, 2717277948",
        "101, 131072, -1, 1, 512, 1703115424",
        "1007, 100352, -1, 1, 1, 2770740893",
        "5005, 65536, -1, 1, 1, 957425712"
    })
    void wholeBatchesAreThoseOfNumPy(int seed, int count, double low, double high, int inputs, long checksum) {
        double bound = (float) (1 / Math.sqrt(inputs));
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double number : uniform(seed, count, low * bound, high * bound)) {
            bytes.putFloat((float) number);
        }
        CRC32 sum = new CRC32();
        sum.update(bytes.array());
        assertEquals(checksum, sum.getValue());
    }

    @Test
    void classNumbersAreThoseOfNumPy() {
        double[] classes = new double[16];
        FixedNumbers.classes(5000, 10, classes);
        assertArrayEquals(new double[] {8, 5, 5, 8, 6, 8, 0, 5, 5, 7, 9, 9, 9, 0, 7, 1}, classes);
    }

    private static double[] uniform(int seed, int count, double low, double high) {
        double[] numbers = new double[count];
        FixedNumbers.uniform(seed, low, high, numbers);
        return numbers;
    }
}
