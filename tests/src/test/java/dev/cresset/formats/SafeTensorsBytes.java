package dev.cresset.formats;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A safetensors file taken apart, to be damaged and put together again.
final class SafeTensorsBytes {
    final JsonObject header;
    byte[] data;

    private SafeTensorsBytes(JsonObject header, byte[] data) {
        this.header = header;
        this.data = data;
    }

    static SafeTensorsBytes read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) bytes.getLong()];
        bytes.get(header);
        byte[] data = new byte[bytes.remaining()];
        bytes.get(data);
        return new SafeTensorsBytes(
                JsonParser.parseString(new String(header, StandardCharsets.UTF_8))
                        .getAsJsonObject(),
                data);
    }

    JsonObject tensor(String name) {
        return header.getAsJsonObject(name);
    }

    JsonObject metadata() {
        return header.getAsJsonObject("__metadata__");
    }

    void write(Path file) throws IOException {
        write(file, header.toString(), data);
    }

    static void write(Path file, String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(text.length).put(text).put(data).array());
    }
}
