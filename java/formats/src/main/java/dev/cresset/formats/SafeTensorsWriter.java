package dev.cresset.formats;

import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/// Writes a safetensors file from its beginning on: the header, then the numbers of one tensor after the other.
final class SafeTensorsWriter {
    private static final int CHUNK_BYTES = 1 << 16;

    private final FileChannel channel;
    private final Precision precision;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    SafeTensorsWriter(FileChannel channel, Precision precision) {
        this.channel = channel;
        this.precision = precision;
    }

    void header(byte[] header) throws IOException {
        chunk.putLong(header.length);
        flush();
        write(ByteBuffer.wrap(header));
    }

    void numbers(Tensor tensor) throws IOException {
        for (double number : tensor.toArray()) {
            if (chunk.remaining() < precision.bytes()) {
                flush();
            }
            switch (precision) {
                case FP32, TF32, BF16, FP32_3XTF32 -> chunk.putFloat((float) number);
                case FP64 -> chunk.putDouble(number);
            }
        }
    }

    void flush() throws IOException {
        write(chunk.flip());
        chunk.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
