package dev.cresset.formats;

import dev.cresset.tensor.Precision;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Reads a safetensors file: eight bytes with the length of the header, little end first, the header, the numbers.
final class SafeTensorsReader implements Closeable {
    private static final int LENGTH_BYTES = Long.BYTES;

    /// The format's own limit.
    private static final long LONGEST_HEADER = 100_000_000;

    private static final int CHUNK_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final SafeTensorsHeader header;
    private final long dataBegin;
    private final long dataLength;

    private SafeTensorsReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw FormatException.in(
                    file,
                    "a safetensors file of at least " + LENGTH_BYTES + " bytes expected, found " + size
                            + ". The file is cut off or of another kind.");
        }
        long length = read(0, LENGTH_BYTES).getLong();
        if (length < 2 || length > LONGEST_HEADER || length > size - LENGTH_BYTES) {
            throw FormatException.in(
                    file,
                    "not a safetensors file, or one that is cut off: its first bytes announce a header of "
                            + Long.toUnsignedString(length) + " bytes, the file has " + size + ". Check the path.");
        }
        this.header =
                SafeTensorsHeader.parse(file, read(LENGTH_BYTES, (int) length).array());
        this.dataBegin = LENGTH_BYTES + length;
        this.dataLength = size - dataBegin;
    }

    static SafeTensorsReader open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw FormatException.in(file, "a model file expected, found a folder. Name a file in it.");
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException missing) {
            throw FormatException.in(file, "no such file. Check the path.").causedBy(missing);
        }
        try {
            return new SafeTensorsReader(file, channel);
        } catch (IOException | RuntimeException problem) {
            channel.close();
            throw problem;
        }
    }

    SafeTensorsHeader header() {
        return header;
    }

    /// Bytes behind the header.
    long dataLength() {
        return dataLength;
    }

    /// The numbers of a tensor whose place is sound.
    double[] numbers(SafeTensor tensor, Precision precision) throws IOException {
        int count = Math.toIntExact((tensor.end() - tensor.begin()) / precision.bytes());
        double[] numbers = new double[count];
        int perChunk = CHUNK_BYTES / precision.bytes();
        for (int from = 0; from < count; from += perChunk) {
            int some = Math.min(perChunk, count - from);
            long at = dataBegin + tensor.begin() + (long) from * precision.bytes();
            ByteBuffer bytes = read(at, some * precision.bytes());
            for (int i = 0; i < some; i++) {
                numbers[from + i] = switch (precision) {
                    case FP32, TF32, BF16, FP32_3XTF32 -> bytes.getFloat();
                    case FP64 -> bytes.getDouble();
                };
            }
        }
        return numbers;
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException(file + ": the file became shorter while it was read. Read it again.");
            }
        }
        return bytes.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
