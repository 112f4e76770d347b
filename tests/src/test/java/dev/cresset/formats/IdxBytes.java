package dev.cresset.formats;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/// IDX files written by hand, good and bad.
final class IdxBytes {
    private IdxBytes() {}

    /// A file of unsigned bytes: magic, sizes, values.
    static byte[] of(int[] sizes, int... values) {
        return of(0x08, sizes, values);
    }

    static byte[] of(int type, int[] sizes, int... values) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * sizes.length + values.length);
        file.put((byte) 0).put((byte) 0).put((byte) type).put((byte) sizes.length);
        for (int size : sizes) {
            file.putInt(size);
        }
        for (int value : values) {
            file.put((byte) value);
        }
        return file.array();
    }

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    /// Two pictures of two rows of three pixels.
    static byte[] twoPictures() {
        return of(new int[] {2, 2, 3}, 0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6);
    }

    static int[] sizes(int... sizes) {
        return sizes;
    }
}
