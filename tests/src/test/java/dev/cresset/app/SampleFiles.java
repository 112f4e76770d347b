package dev.cresset.app;

import dev.cresset.data.Dataset;
import dev.cresset.data.TwoSpirals;
import dev.cresset.tensor.RandomStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/// Data files that the commands are tried on.
final class SampleFiles {
    private static final String[] KINDS = {"iris, wild", "rose", "tulip"};

    private SampleFiles() {}

    /// Three clouds of points in units that differ by far, with names for classes, one of them with a comma.
    static Path clouds(Path file, int rows) throws IOException {
        RandomStream random = new RandomStream(1, 0);
        StringBuilder text = new StringBuilder("length,weight,kind\n");
        for (int row = 0; row < rows; row++) {
            int kind = row % 3;
            text.append(String.format(
                    Locale.ROOT,
                    "%.6f,%.3f,\"%s\"%n",
                    kind + 0.2 * random.nextGaussian(),
                    1000 * (kind == 1 ? 1 : 0) + 150 * random.nextGaussian(),
                    KINDS[kind]));
        }
        return Files.writeString(file, text);
    }

    /// Classes that have nothing to do with the features: whatever is learned is wrong.
    static Path noise(Path file, int rows) throws IOException {
        RandomStream random = new RandomStream(5, 0);
        StringBuilder text = new StringBuilder("a,b,kind\n");
        for (int row = 0; row < rows; row++) {
            text.append(random.nextGaussian())
                    .append(',')
                    .append(random.nextGaussian())
                    .append(random.nextInt(2) == 0 ? ",yes\n" : ",no\n");
        }
        return Files.writeString(file, text);
    }

    /// Two targets that are linear in three features, with a little noise.
    static Path plane(Path file, int rows) throws IOException {
        RandomStream random = new RandomStream(2, 0);
        StringBuilder text = new StringBuilder("a,b,c,sum,difference\n");
        for (int row = 0; row < rows; row++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            double c = random.nextGaussian();
            text.append(String.format(
                    Locale.ROOT,
                    "%s,%s,%s,%s,%s%n",
                    a,
                    b,
                    c,
                    a + b + c + 0.01 * random.nextGaussian(),
                    a - b + 0.01 * random.nextGaussian()));
        }
        return Files.writeString(file, text);
    }

    /// Houses with prices around 300,000 and a tax on them, both linear in the features, with a little noise.
    static Path houses(Path file, int rows) throws IOException {
        RandomStream random = new RandomStream(6, 0);
        StringBuilder text = new StringBuilder("area,rooms,price,tax\n");
        for (int row = 0; row < rows; row++) {
            double area = 120 + 30 * random.nextGaussian();
            int rooms = 2 + random.nextInt(5);
            double price = 2000 * area + 15_000 * rooms + 5000 * random.nextGaussian();
            text.append(String.format(
                    Locale.ROOT, "%.2f,%d,%.0f,%.2f%n", area, rooms, price, 0.01 * price + 50 * random.nextGaussian()));
        }
        return Files.writeString(file, text);
    }

    /// Two spirals with classes called 0 and 1 and no header.
    static Path spirals(Path file) throws IOException {
        Dataset spirals = TwoSpirals.generate(100, 0.01, 3);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < spirals.size(); row++) {
            text.append(spirals.features().at(row, 0))
                    .append(',')
                    .append(spirals.features().at(row, 1))
                    .append(',')
                    .append(spirals.label(row))
                    .append('\n');
        }
        return Files.writeString(file, text);
    }

    /// A folder with pictures of 4 by 4 pixels and their labels, packed: label k has a bright row k.
    static Path stripes(Path folder, int count) throws IOException {
        RandomStream random = new RandomStream(4, 0);
        ByteBuffer pictures = ByteBuffer.allocate(16 + 16 * count)
                .putInt(0x0803)
                .putInt(count)
                .putInt(4)
                .putInt(4);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
        for (int i = 0; i < count; i++) {
            int label = i % 4;
            for (int pixel = 0; pixel < 16; pixel++) {
                pictures.put((byte) ((pixel / 4 == label ? 180 : 0) + random.nextInt(70)));
            }
            labels.put((byte) label);
        }
        Files.createDirectories(folder);
        Files.write(folder.resolve("s-images-idx3-ubyte.gz"), gzip(pictures.array()));
        Files.write(folder.resolve("s-labels-idx1-ubyte.gz"), gzip(labels.array()));
        return folder;
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }
}
