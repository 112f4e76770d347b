package dev.cresset.formats;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The JSON at the head of a safetensors file: strings under `__metadata__`, and the place of each tensor.
///
/// The format: https://github.com/huggingface/safetensors#format
record SafeTensorsHeader(Map<String, String> metadata, Map<String, SafeTensor> tensors) {
    private static final String METADATA = "__metadata__";

    /// The numbers behind the header start at a multiple of this, so that they can be mapped into memory.
    private static final int ALIGNMENT = 8;

    /// The header as it stands in a file, padded with spaces.
    byte[] bytes() {
        JsonObject json = new JsonObject();
        JsonObject strings = new JsonObject();
        metadata.forEach(strings::addProperty);
        json.add(METADATA, strings);
        tensors.forEach((name, tensor) -> {
            JsonArray shape = new JsonArray();
            tensor.shape().forEach(shape::add);
            JsonArray offsets = new JsonArray();
            offsets.add(tensor.begin());
            offsets.add(tensor.end());
            JsonObject entry = new JsonObject();
            entry.addProperty("dtype", tensor.dtype());
            entry.add("shape", shape);
            entry.add("data_offsets", offsets);
            json.add(name, entry);
        });
        byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
        int padding = Math.floorMod(-text.length, ALIGNMENT);
        return (new String(text, StandardCharsets.UTF_8) + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
    }

    /// Reads a header; whether its places are possible is left to [#requireSound].
    static SafeTensorsHeader parse(Path file, byte[] bytes) throws FormatException {
        Map<String, String> metadata = new LinkedHashMap<>();
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            JsonReader json = new JsonReader(new StringReader(text));
            json.setStrictness(Strictness.STRICT);
            json.beginObject();
            while (json.hasNext()) {
                String name = json.nextName();
                if (tensors.containsKey(name)) {
                    throw new JsonParseException("'" + name + "' stands there twice");
                }
                JsonElement value = JsonParser.parseReader(json);
                if (name.equals(METADATA)) {
                    value.getAsJsonObject().asMap().forEach((key, string) -> metadata.put(key, string.getAsString()));
                } else {
                    tensors.put(name, tensor(new JsonFields(value)));
                }
            }
            json.endObject();
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw new JsonParseException("text behind the header");
            }
        } catch (CharacterCodingException damage) {
            throw foreign(file, "its header is not text in UTF-8", damage);
        } catch (IOException | RuntimeException damage) {
            throw foreign(file, "its header is not as expected: " + damage.getMessage(), damage);
        }
        return new SafeTensorsHeader(metadata, tensors);
    }

    private static FormatException foreign(Path file, String reason, Exception cause) {
        return FormatException.in(file, "not a safetensors file, or a damaged one: " + reason + ". Check the path.")
                .causedBy(cause);
    }

    private static SafeTensor tensor(JsonFields entry) {
        List<Long> offsets = entry.wholes("data_offsets");
        if (offsets.size() != 2) {
            throw new JsonParseException("two data_offsets expected, found " + offsets);
        }
        return new SafeTensor(entry.string("dtype"), entry.wholes("shape"), offsets.get(0), offsets.get(1));
    }

    /// Refuses places that no writer makes: outside the file, on top of each other, with gaps between them, of
    /// another size than the shape, not aligned to their type.
    ///
    /// @param length bytes behind the header
    void requireSound(Path file, long length) throws FormatException {
        List<Map.Entry<String, SafeTensor>> inOrder = new ArrayList<>(tensors.entrySet());
        inOrder.sort(Comparator.comparingLong(entry -> entry.getValue().begin()));
        long end = 0;
        for (Map.Entry<String, SafeTensor> entry : inOrder) {
            SafeTensor tensor = entry.getValue();
            String fault = tensor.fault();
            if (fault == null && tensor.begin() != end) {
                fault = "byte " + end + " expected as its first, right behind the tensor before, found "
                        + tensor.begin();
            }
            if (fault != null) {
                throw FormatException.in(
                        file, "tensor '" + entry.getKey() + "': " + fault + ". The file is damaged: fetch it again.");
            }
            end = tensor.end();
        }
        if (end != length) {
            throw FormatException.in(
                    file,
                    end + " bytes of numbers expected by the header, found " + length + ". The file is "
                            + (length < end ? "cut off" : "damaged") + ": save or fetch it again.");
        }
    }
}
