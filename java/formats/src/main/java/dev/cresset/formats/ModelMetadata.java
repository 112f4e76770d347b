package dev.cresset.formats;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.cresset.data.Schema;
import dev.cresset.data.Standardizer;
import dev.cresset.data.Task;
import dev.cresset.nn.Layer;
import dev.cresset.nn.LayerSpec;
import dev.cresset.tensor.Precision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a model file says beside its numbers: one string of JSON for each part, under names of our own.
///
/// @param architecture the layers
/// @param schema       columns, task, classes
/// @param loss         what the model was trained with
/// @param standardizer what the features go through, or null
record ModelMetadata(
        LayerSpec architecture,
        Schema schema,
        LossSpec loss,
        @Nullable Standardizer standardizer) {
    /// The version of this layout. Raise it when an older reader would misread a newer file.
    private static final String VERSION = "1";

    private static final String VERSION_KEY = "cresset.version";
    private static final String ARCHITECTURE_KEY = "cresset.architecture";
    private static final String SCHEMA_KEY = "cresset.schema";
    private static final String LOSS_KEY = "cresset.loss";
    private static final String PREPROCESSING_KEY = "cresset.preprocessing";

    private static final Gson GSON = new Gson();

    /// The metadata of a model, in a fixed order.
    static Map<String, String> of(SavedModel saved) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt"); // other readers take it for the layout of the tensors: PyTorch's
        metadata.put(VERSION_KEY, VERSION);
        metadata.put(ARCHITECTURE_KEY, Architecture.json(saved.model().spec()).toString());
        metadata.put(SCHEMA_KEY, json(saved.schema()).toString());
        metadata.put(LOSS_KEY, json(saved.loss()).toString());
        metadata.put(PREPROCESSING_KEY, json(saved.standardizer()).toString());
        return metadata;
    }

    /// @throws FormatException if a part is missing or not as expected
    static ModelMetadata parse(Path file, Map<String, String> metadata) throws FormatException {
        String version = metadata.get(VERSION_KEY);
        if (version == null) {
            throw FormatException.in(
                    file,
                    "this is a safetensors file, but not a Cresset model: its metadata has no " + VERSION_KEY
                            + ". Use a file that `cresset train` or ModelFile.save wrote.");
        }
        if (!version.equals(VERSION)) {
            throw FormatException.in(
                    file,
                    "a model file of version " + VERSION + " expected, found version " + version
                            + ". Use a newer Cresset.");
        }
        try {
            return new ModelMetadata(
                    Architecture.parse(part(metadata, ARCHITECTURE_KEY)),
                    schema(part(metadata, SCHEMA_KEY)),
                    loss(part(metadata, LOSS_KEY)),
                    standardizer(part(metadata, PREPROCESSING_KEY)));
        } catch (JsonParseException | IllegalArgumentException damage) {
            throw damaged(file, damage);
        }
    }

    /// The model with fresh numbers.
    ///
    /// @throws FormatException if layers refuse what the architecture says of them
    Layer build(Path file) throws FormatException {
        try {
            return architecture.build();
        } catch (IllegalArgumentException damage) {
            throw damaged(file, damage);
        }
    }

    /// All parts together.
    ///
    /// @throws FormatException if they do not fit
    SavedModel saved(Path file, Layer model, Precision precision) throws FormatException {
        try {
            return new SavedModel(model, precision, schema, loss, standardizer);
        } catch (IllegalArgumentException damage) {
            throw damaged(file, damage);
        }
    }

    private static FormatException damaged(Path file, RuntimeException damage) {
        return FormatException.in(
                        file, "its metadata is not as expected: " + damage.getMessage() + ". Save the model again.")
                .causedBy(damage);
    }

    private static JsonFields part(Map<String, String> metadata, String key) {
        String text = metadata.get(key);
        if (text == null) {
            throw new JsonParseException("no " + key);
        }
        return new JsonFields(JsonParser.parseString(text));
    }

    private static JsonObject json(Schema schema) {
        JsonObject json = new JsonObject();
        json.addProperty("task", schema.task().name().toLowerCase(Locale.ROOT));
        json.add("features", GSON.toJsonTree(schema.features()));
        json.add("targets", GSON.toJsonTree(schema.targets()));
        json.add("classes", GSON.toJsonTree(schema.classes()));
        return json;
    }

    private static Schema schema(JsonFields json) {
        String name = json.string("task");
        Task task = Arrays.stream(Task.values())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new JsonParseException("a task expected, found '" + name + "'"));
        List<String> classes = json.strings("classes");
        return new Schema(json.strings("features"), json.strings("targets"), task, classes);
    }

    private static JsonObject json(LossSpec loss) {
        JsonObject json = new JsonObject();
        json.addProperty("name", loss.name());
        json.add("options", GSON.toJsonTree(loss.sorted()));
        return json;
    }

    private static LossSpec loss(JsonFields json) {
        return new LossSpec(json.string("name"), json.fields("options").numbersByName());
    }

    private static JsonObject json(@Nullable Standardizer standardizer) {
        JsonObject json = new JsonObject();
        if (standardizer != null) {
            json.add("mean", GSON.toJsonTree(standardizer.mean()));
            json.add("deviation", GSON.toJsonTree(standardizer.deviation()));
        }
        return json;
    }

    private static @Nullable Standardizer standardizer(JsonFields json) {
        return json.has("mean") || json.has("deviation")
                ? Standardizer.of(json.numbers("mean"), json.numbers("deviation"))
                : null;
    }
}
