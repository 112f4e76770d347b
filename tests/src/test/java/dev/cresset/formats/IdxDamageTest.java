package dev.cresset.formats;

import static dev.cresset.formats.IdxBytes.sizes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.data.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxDamageTest {
    @TempDir
    private Path folder;

    @Test
    void aFileCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = IdxBytes.twoPictures();
        for (int length = 0; length < whole.length; length++) {
            Path plain = write(Arrays.copyOf(whole, length));
            assertThrows(FormatException.class, () -> IdxReader.images(plain), "plain, " + length + " bytes");
            Path packed = write(IdxBytes.gzip(Arrays.copyOf(whole, length)));
            assertThrows(FormatException.class, () -> IdxReader.images(packed), "packed, " + length + " bytes");
        }
    }

    @Test
    void aPackedFileCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = IdxBytes.gzip(IdxBytes.twoPictures());
        for (int length = 0; length < whole.length; length++) {
            Path file = write(Arrays.copyOf(whole, length));
            assertThrows(FormatException.class, () -> IdxReader.images(file), length + " bytes");
        }
    }

    @Test
    void aPackedFileWithAChangedByteNeverGivesOtherPictures() throws IOException {
        byte[] whole = IdxBytes.gzip(IdxBytes.twoPictures());
        double[] expected = pictures(write(whole));
        int refused = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x10;
            Path file = write(changed);
            try {
                // The time of packing and the bits that fill up the last byte carry nothing: they may change.
                assertArrayEquals(expected, pictures(file), "byte " + at);
            } catch (FormatException found) {
                refused++;
            }
        }
        assertTrue(refused > whole.length / 2, refused + " of " + whole.length + " changes refused");
    }

    @Test
    void trailingBytesAreRefused() throws IOException {
        byte[] longer = Arrays.copyOf(IdxBytes.twoPictures(), IdxBytes.twoPictures().length + 1);
        refused("12 values expected by the header, found more", longer);
        refused("12 values expected by the header, found more", IdxBytes.gzip(longer));
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        refused("does not start with IDX's magic number", "a,b,c\n1,2,3\n".getBytes());
        refused("does not start with IDX's magic number", new byte[3]);
        refused("type unsigned byte (0x08) expected, found type 0x0D", IdxBytes.of(0x0D, sizes(1, 1, 1), 1, 2, 3, 4));
        refused("3 dimensions expected, found 1", IdxBytes.of(sizes(2), 1, 2));
        refused("3 dimensions expected, found 4", IdxBytes.of(sizes(1, 1, 1, 1), 1));
        refused("the header is cut off", Arrays.copyOf(IdxBytes.twoPictures(), 15));
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        refused("dimensions of 1 to", IdxBytes.of(sizes(0, 2, 2)));
        refused("dimensions of 1 to 2147483647 expected, found -1", IdxBytes.of(sizes(-1, 2, 2)));
        refused("at most 2147483639 values", IdxBytes.of(sizes(1 << 16, 1 << 16, 1)));
        // 2³¹−1 cubed wraps round a long: it must be caught before.
        int most = Integer.MAX_VALUE;
        refused("at most 2147483639 values", IdxBytes.of(sizes(most, most, most)));
        refused("pictures of at most 1048576 pixels", IdxBytes.of(sizes(1, 1025, 1024), new int[1025 * 1024]));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHeaderThatLiesCostsNoMemory(boolean packed) throws IOException {
        byte[] liar = IdxBytes.of(sizes(2_000_000, 32, 32), 1, 2, 3);
        // The header promises 2 GB, more than the tests' heap: taking its word would be an OutOfMemoryError.
        refused("2048000000 values expected by the header, found 3", packed ? IdxBytes.gzip(liar) : liar);
    }

    @Test
    void picturesAndLabelsAreOfOneSet() throws IOException {
        Path images = Files.write(folder.resolve("i"), IdxBytes.twoPictures());
        Path three = Files.write(folder.resolve("three"), IdxBytes.of(sizes(3), 1, 2, 3));
        Damage.says("2 labels expected for the pictures of", () -> IdxReader.read(images, three));
        Damage.says("1 dimensions expected, found 3", () -> IdxReader.read(images, images));
        Path zeros = Files.write(folder.resolve("zeros"), IdxBytes.of(sizes(2), 0, 0));
        Damage.says("only the label 0", () -> IdxReader.read(images, zeros));
    }

    @Test
    void pathsThatAreNoFileAreRefused() {
        Damage.says("no such file", () -> IdxReader.images(folder.resolve("none")));
        Damage.says("found a folder", () -> IdxReader.images(folder));
    }

    private static double[] pictures(Path file) throws IOException {
        Rows rows = IdxReader.images(file);
        double[] values = new double[rows.count() * rows.width()];
        for (int row = 0; row < rows.count(); row++) {
            rows.copy(row, values, row * rows.width());
        }
        return values;
    }

    private void refused(String part, byte[] bytes) {
        Damage.says(part, () -> IdxReader.images(write(bytes)));
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("file"), bytes);
    }
}
