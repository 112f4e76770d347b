package dev.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cresset.backend.Activation;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ends of tiles in float32 vectors and by way of `double`: the same bits for sums of every pair of magnitudes, and
/// nothing beside the tile touched.
class CpuTilesTest {
    private static final int ROWS = 9;
    private static final int COLUMNS = 300;
    private static final int COLUMN = 5;
    private static final int ROW = 2;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 31, 33, 64, 160, 256, 257, 288})
    void vectorsGiveTheSameBits(int columns) {
        try (CpuBackend device = CpuBackend.open(Precision.FP32, 1);
                CpuWorkers workers = new CpuWorkers(1)) {
            for (Activation f : List.of(Activation.IDENTITY, Activation.RELU, Activation.SIGMOID)) {
                Random random = new Random(columns);
                double[] sums = numbers(random, ROWS * COLUMNS);
                double[] bias = numbers(random, COLUMNS);
                List<double[]> results = IntStream.range(0, 2)
                        .mapToObj(i -> finished(i == 0, f, device, workers, sums, bias, columns))
                        .toList();
                assertArrayEquals(results.get(0), results.get(1), f + ", " + columns + " columns");
            }
        }
    }

    /// Sums and activations after the end of a tile.
    private static double[] finished(
            boolean plain,
            Activation f,
            CpuBackend device,
            CpuWorkers workers,
            double[] sums,
            double[] bias,
            int columns) {
        CpuBlocks blocks = plain ? PlainBlocks.ALL : VectorBlocks.ALL;
        CpuTiles tiles = plain ? PlainTiles.ALL : VectorTiles.ALL;
        Tensor c = device.tensor(ROWS, COLUMNS, sums);
        Tensor y = device.tensor(ROWS, COLUMNS, sums);
        CpuCall call = new CpuCall(1, workers, blocks).with(c).with(c).with(c).with(device.tensor(1, COLUMNS, bias));
        if (f != Activation.IDENTITY) {
            call.with(y).activation(f);
        }
        tiles.finish(call, ROW, COLUMN, ROWS - 2 * ROW, columns, new CpuScratch());
        double[] both = new double[2 * ROWS * COLUMNS];
        System.arraycopy(c.toArray(), 0, both, 0, ROWS * COLUMNS);
        System.arraycopy(y.toArray(), 0, both, ROWS * COLUMNS, ROWS * COLUMNS);
        return both;
    }

    /// Of magnitudes from subnormal to nearly infinite, many close together, with zeros, infinities and NaN.
    private static double[] numbers(Random random, int count) {
        double[] special = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e-45, 3e38};
        return IntStream.range(0, count)
                .mapToDouble(i -> switch (random.nextInt(8)) {
                    case 0 -> special[random.nextInt(special.length)];
                    case 1, 2 -> Float.intBitsToFloat(random.nextInt());
                    default -> (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(60) - 30));
                })
                .toArray();
    }
}
