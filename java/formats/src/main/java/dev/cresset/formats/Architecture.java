package dev.cresset.formats;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.cresset.backend.Activation;
import dev.cresset.nn.LayerSpec;
import dev.cresset.nn.LayerSpec.ActivationSpec;
import dev.cresset.nn.LayerSpec.BatchNormSpec;
import dev.cresset.nn.LayerSpec.DropoutSpec;
import dev.cresset.nn.LayerSpec.LinearSpec;
import dev.cresset.nn.LayerSpec.LogSoftmaxSpec;
import dev.cresset.nn.LayerSpec.SequentialSpec;
import dev.cresset.nn.LayerSpec.SoftmaxSpec;
import dev.cresset.nn.RunningVariance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An architecture as JSON, and the tensors that it has:
/// `{"type": "linear", "inputs": 784, "outputs": 256}`, in a `sequential` under `layers`.
final class Architecture {
    private Architecture() {}

    static JsonObject json(LayerSpec spec) {
        JsonObject json = new JsonObject();
        switch (spec) {
            case LinearSpec(int inputs, int outputs) -> {
                json.addProperty("type", "linear");
                json.addProperty("inputs", inputs);
                json.addProperty("outputs", outputs);
            }
            case ActivationSpec(Activation function) -> {
                json.addProperty("type", "activation");
                json.addProperty("function", lower(function.kind()));
                json.addProperty("parameter", function.parameter());
            }
            case SoftmaxSpec() -> json.addProperty("type", "softmax");
            case LogSoftmaxSpec() -> json.addProperty("type", "log_softmax");
            case BatchNormSpec(int features, double keep, double epsilon, RunningVariance variance) -> {
                json.addProperty("type", "batch_norm_1d");
                json.addProperty("features", features);
                json.addProperty("keep", keep);
                json.addProperty("epsilon", epsilon);
                json.addProperty("running_variance", lower(variance));
            }
            case DropoutSpec(double probability, long seed) -> {
                json.addProperty("type", "dropout");
                json.addProperty("probability", probability);
                json.addProperty("seed", Long.toString(seed));
            }
            case SequentialSpec(List<LayerSpec> layers) -> {
                json.addProperty("type", "sequential");
                JsonArray array = new JsonArray();
                layers.forEach(layer -> array.add(json(layer)));
                json.add("layers", array);
            }
        }
        return json;
    }

    /// @throws JsonParseException if this is no architecture
    static LayerSpec parse(JsonFields json) {
        String type = json.string("type");
        return switch (type) {
            case "linear" -> new LinearSpec(json.size("inputs"), json.size("outputs"));
            case "activation" ->
                new ActivationSpec(new Activation(
                        constant(Activation.Kind.class, json.string("function")), json.number("parameter")));
            case "softmax" -> new SoftmaxSpec();
            case "log_softmax" -> new LogSoftmaxSpec();
            case "batch_norm_1d" ->
                new BatchNormSpec(
                        json.size("features"),
                        json.number("keep"),
                        json.number("epsilon"),
                        constant(RunningVariance.class, json.string("running_variance")));
            case "dropout" -> new DropoutSpec(json.number("probability"), json.seed("seed"));
            case "sequential" ->
                new SequentialSpec(
                        json.list("layers").stream().map(Architecture::parse).toList());
            default -> throw new JsonParseException("a type of layer expected, found '" + type + "'");
        };
    }

    /// PyTorch's name and shape of each tensor: parameters and running statistics.
    static Map<String, List<Long>> shapes(LayerSpec spec) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        collect("", spec, shapes);
        return shapes;
    }

    private static void collect(String prefix, LayerSpec spec, Map<String, List<Long>> shapes) {
        switch (spec) {
            case LinearSpec(int inputs, int outputs) -> {
                shapes.put(prefix + "weight", List.of((long) outputs, (long) inputs));
                shapes.put(prefix + "bias", List.of((long) outputs));
            }
            case BatchNormSpec(int features, double keep, double epsilon, RunningVariance variance) -> {
                for (String name : List.of("weight", "bias", "running_mean", "running_var")) {
                    shapes.put(prefix + name, List.of((long) features));
                }
            }
            case SequentialSpec(List<LayerSpec> layers) -> {
                for (int i = 0; i < layers.size(); i++) {
                    collect(prefix + i + ".", layers.get(i), shapes);
                }
            }
            case ActivationSpec a -> {}
            case SoftmaxSpec s -> {}
            case LogSoftmaxSpec s -> {}
            case DropoutSpec d -> {}
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (lower(constant).equals(name)) {
                return constant;
            }
        }
        throw new JsonParseException("a " + type.getSimpleName() + " expected, found '" + name + "'");
    }
}
