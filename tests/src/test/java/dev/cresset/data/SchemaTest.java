package dev.cresset.data;

import static dev.cresset.data.Refusal.says;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTest {
    @Test
    void outputsAreClassesOrTargets() {
        Schema species = Schema.classification(List.of("length", "width"), "species", List.of("a", "b", "c"));
        assertEquals(2, species.inputs());
        assertEquals(3, species.outputs());
        Schema sines = Schema.regression(List.of("x"), List.of("sin", "cos"));
        assertEquals(1, sines.inputs());
        assertEquals(2, sines.outputs());
    }

    @Test
    void listsAreCopied() {
        List<String> names = new ArrayList<>(List.of("x"));
        Schema schema = Schema.regression(names, List.of("y"));
        names.add("z");
        assertEquals(List.of("x"), schema.features());
    }

    @Test
    void numberedNamesCountFromZero() {
        assertEquals(List.of("pixel0", "pixel1"), Schema.numbered("pixel", 2));
        says("found -1", () -> Schema.numbered("x", -1));
    }

    @Test
    void listsThatMakeNoSenseAreRefused() {
        List<String> x = List.of("x");
        List<String> y = List.of("y");
        says("found 0 features and 1 targets", () -> Schema.regression(List.of(), y));
        says("found 1 features and 0 targets", () -> Schema.regression(x, List.of()));
        says("'x' twice", () -> Schema.regression(List.of("x", "x"), y));
        says("'x' twice", () -> Schema.regression(x, x));
        says("class names expected, found 'a' twice", () -> Schema.classification(x, "y", List.of("a", "a")));
        says("at least two classes", () -> Schema.classification(x, "y", List.of("a")));
        says("one target column", () -> new Schema(x, List.of("y", "z"), Task.CLASSIFICATION, List.of("a", "b")));
        says("no classes expected", () -> new Schema(x, y, Task.REGRESSION, List.of("a", "b")));
    }
}
