package dev.cresset.formats;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// One IDX file of unsigned bytes in memory: `sizes[0] · sizes[1] · …` values, the last index fastest.
///
/// The format (Y. LeCun, "The MNIST database"): two zero bytes, the type of the values (0x08 for unsigned bytes),
/// the number of dimensions, each dimension's size as a big-endian 32-bit number, then the values. A file that
/// starts with gzip's mark is unpacked, whatever its name.
record IdxFile(int[] sizes, byte[] values) {
    private static final int UNSIGNED_BYTES = 0x08;
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;
    private static final byte[] GZIP_MARK = {0x1f, (byte) 0x8b};

    /// Reads a file whose number of dimensions is known.
    static IdxFile read(Path file, int dimensions) throws IOException {
        if (Files.isDirectory(file)) {
            throw FormatException.in(file, "an IDX file expected, found a folder. Name a file in it.");
        }
        try (InputStream in = open(file)) {
            int[] sizes = header(file, in, dimensions);
            int length = length(file, sizes);
            // readNBytes grows with what really arrives: a header that lies about its sizes costs no memory.
            byte[] values = in.readNBytes(length);
            if (values.length < length) {
                throw FormatException.in(
                        file,
                        length + " values expected by the header, found " + values.length
                                + ". The file is cut off: fetch it again.");
            }
            if (in.read() >= 0) {
                throw FormatException.in(
                        file, length + " values expected by the header, found more. Fetch the file again.");
            }
            return new IdxFile(sizes, values);
        } catch (NoSuchFileException missing) {
            throw FormatException.in(file, "no such file. Check the path.").causedBy(missing);
        } catch (EOFException | ZipException damage) {
            throw FormatException.in(file, "damaged gzip data (" + damage.getMessage() + "). Fetch the file again.")
                    .causedBy(damage);
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        try {
            raw.mark(GZIP_MARK.length);
            boolean packed = Arrays.equals(raw.readNBytes(GZIP_MARK.length), GZIP_MARK);
            raw.reset();
            return packed ? new GZIPInputStream(raw, 1 << 16) : raw;
        } catch (IOException | RuntimeException problem) {
            raw.close();
            throw problem;
        }
    }

    private static int[] header(Path file, InputStream in, int dimensions) throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length < 4 || magic[0] != 0 || magic[1] != 0) {
            throw FormatException.in(file, "an IDX file expected, but it does not start with IDX's magic number.");
        }
        if (magic[2] != UNSIGNED_BYTES) {
            throw FormatException.in(
                    file,
                    "IDX values of type unsigned byte (0x08) expected, found type 0x%02X. Only byte files are read."
                            .formatted(magic[2]));
        }
        if (magic[3] != dimensions) {
            throw FormatException.in(
                    file,
                    dimensions + " dimensions expected, found " + magic[3]
                            + ". Pictures have 3 and labels 1: are the two files exchanged?");
        }
        byte[] bytes = in.readNBytes(4 * dimensions);
        if (bytes.length < 4 * dimensions) {
            throw FormatException.in(file, "the header is cut off. Fetch the file again.");
        }
        int[] sizes = new int[dimensions];
        ByteBuffer.wrap(bytes).asIntBuffer().get(sizes);
        return sizes;
    }

    /// The product of the sizes, as long as one array can hold it.
    private static int length(Path file, int[] sizes) throws FormatException {
        long length = 1;
        for (int size : sizes) {
            if (size <= 0) {
                throw FormatException.in(
                        file, "dimensions of 1 to " + Integer.MAX_VALUE + " expected, found " + size + ".");
            }
            length *= size;
            // Before the next factor, so that the product of two 31-bit numbers never overflows.
            if (length > LONGEST_ARRAY) {
                throw FormatException.in(
                        file, "at most " + LONGEST_ARRAY + " values expected, found more. Split the file.");
            }
        }
        return (int) length;
    }
}
