package dev.cresset.gpucheck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// Pictures of the size of MNIST's, made up, as there is no network and no data on a bare machine: ten patterns, each
/// with its noise. They are easy: a network that does not learn them is broken.
final class SampleDigits {
    private static final int SIDE = 28;
    private static final int CLASSES = 10;

    private SampleDigits() {}

    static void write(Path folder, int rows) throws IOException {
        Random random = new Random(20250101);
        byte[][] patterns = new byte[CLASSES][SIDE * SIDE];
        for (byte[] pattern : patterns) {
            random.nextBytes(pattern);
        }
        ByteBuffer images = ByteBuffer.allocate(16 + rows * SIDE * SIDE);
        images.putInt(0x803).putInt(rows).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + rows);
        labels.putInt(0x801).putInt(rows);
        for (int row = 0; row < rows; row++) {
            int label = row % CLASSES;
            labels.put((byte) label);
            for (byte pixel : patterns[label]) {
                images.put((byte) (Byte.toUnsignedInt(pixel) / 4 + random.nextInt(192)));
            }
        }
        Files.createDirectories(folder);
        Files.write(folder.resolve("train-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels.array());
    }
}
