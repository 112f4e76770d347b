package dev.cresset.formats;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON object of which certain fields of certain types are expected; everything else is a [JsonParseException].
record JsonFields(JsonObject object) {
    /// Numbers up to here are exact as a double.
    private static final double LARGEST_WHOLE = 0x1p53;

    JsonFields(JsonElement element) {
        this(asObject(element));
    }

    private static JsonObject asObject(JsonElement element) {
        if (!element.isJsonObject()) {
            throw new JsonParseException("an object expected, found " + shown(element));
        }
        return element.getAsJsonObject();
    }

    boolean has(String name) {
        return object.has(name);
    }

    JsonFields fields(String name) {
        return new JsonFields(element(name));
    }

    List<JsonFields> list(String name) {
        List<JsonFields> list = new ArrayList<>();
        array(name).forEach(element -> list.add(new JsonFields(element)));
        return list;
    }

    String string(String name) {
        return string(name, element(name));
    }

    List<String> strings(String name) {
        List<String> list = new ArrayList<>();
        array(name).forEach(element -> list.add(string(name, element)));
        return list;
    }

    double number(String name) {
        return number(name, element(name));
    }

    double[] numbers(String name) {
        return array(name).asList().stream()
                .mapToDouble(element -> number(name, element))
                .toArray();
    }

    Map<String, Double> numbersByName() {
        Map<String, Double> map = new LinkedHashMap<>();
        object.asMap().forEach((name, element) -> map.put(name, number(name, element)));
        return map;
    }

    /// A whole number that fits an int, 0 or more.
    int size(String name) {
        long whole = whole(name, element(name));
        if (whole > Integer.MAX_VALUE) {
            throw new JsonParseException(name + ": at most " + Integer.MAX_VALUE + " expected, found " + whole);
        }
        return (int) whole;
    }

    /// Whole numbers of 0 or more.
    List<Long> wholes(String name) {
        List<Long> list = new ArrayList<>();
        array(name).forEach(element -> list.add(whole(name, element)));
        return list;
    }

    /// Any long; kept as text by writers that want all 64 bits.
    long seed(String name) {
        try {
            return Long.parseLong(string(name));
        } catch (NumberFormatException e) {
            throw new JsonParseException(name + ": a whole number as text expected, found " + string(name), e);
        }
    }

    private static long whole(String name, JsonElement element) {
        double value = number(name, element);
        if (!(value >= 0 && value <= LARGEST_WHOLE && value == Math.rint(value))) {
            throw new JsonParseException(name + ": a whole number of 0 or more expected, found " + shown(element));
        }
        return (long) value;
    }

    private static double number(String name, JsonElement element) {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isNumber()) {
            throw new JsonParseException(name + ": a number expected, found " + shown(element));
        }
        return element.getAsDouble();
    }

    private static String string(String name, JsonElement element) {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
            throw new JsonParseException(name + ": text expected, found " + shown(element));
        }
        return element.getAsString();
    }

    private JsonArray array(String name) {
        JsonElement element = element(name);
        if (!element.isJsonArray()) {
            throw new JsonParseException(name + ": a list expected, found " + shown(element));
        }
        return element.getAsJsonArray();
    }

    private JsonElement element(String name) {
        JsonElement element = object.get(name);
        if (element == null) {
            throw new JsonParseException("no field '" + name + "' in " + shown(object));
        }
        return element;
    }

    private static String shown(JsonElement element) {
        String text = element.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
