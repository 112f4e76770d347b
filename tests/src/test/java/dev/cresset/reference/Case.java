package dev.cresset.reference;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;

/// One entry of a reference file, or an object inside of one: named numbers, rows, matrices.
record Case(JsonObject json) {
    private static final Gson GSON = new Gson();

    String name() {
        return text("name");
    }

    boolean has(String key) {
        return json.has(key);
    }

    String text(String key) {
        return json.get(key).getAsString();
    }

    double number(String key) {
        return json.get(key).getAsDouble();
    }

    /// The number of this name, or another where it is not given.
    double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    double[] row(String key) {
        return flat(json.get(key));
    }

    double[][] matrix(String key) {
        return rows(json.get(key));
    }

    /// A list of arrays, each flattened row after row whatever its depth.
    List<double[]> flatList(String key) {
        return elements(key).stream().map(Case::flat).toList();
    }

    List<double[][]> matrices(String key) {
        return elements(key).stream().map(Case::rows).toList();
    }

    Case inner(String key) {
        return new Case(json.getAsJsonObject(key));
    }

    List<Case> inners(String key) {
        return elements(key).stream()
                .map(entry -> new Case(entry.getAsJsonObject()))
                .toList();
    }

    private List<JsonElement> elements(String key) {
        return StreamSupport.stream(json.getAsJsonArray(key).spliterator(), false)
                .toList();
    }

    /// One array a row; a plain list of numbers is one column, as class numbers are.
    private static double[][] rows(JsonElement element) {
        if (!element.getAsJsonArray().get(0).isJsonArray()) {
            return Arrays.stream(GSON.fromJson(element, double[].class))
                    .mapToObj(number -> new double[] {number})
                    .toArray(double[][]::new);
        }
        return GSON.fromJson(element, double[][].class);
    }

    private static double[] flat(JsonElement element) {
        if (element.isJsonArray() && element.getAsJsonArray().get(0).isJsonArray()) {
            return Arrays.stream(GSON.fromJson(element, double[][].class))
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
        }
        return GSON.fromJson(element, double[].class);
    }
}
