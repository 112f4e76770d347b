package dev.cresset.app;

import java.util.Map;
import java.util.TreeMap;

/// What the library advises, in the words of the command line: its messages name Java's, or things that have an option.
final class UserWords {
    /// What messages say, and what the command line says instead.
    static final Map<String, String> OPTIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("CpuLibrary.OPENBLAS in CpuOptions", "--products openblas"),
            Map.entry("use device cpu", "use --device cpu"),
            Map.entry("or device cpu", "or --device cpu"),
            Map.entry("Device.reference()", "--device reference"),
            Map.entry("FP32_3XTF32", "3xtf32"),
            Map.entry("leave the number out", "leave --threads out"),
            Map.entry("leave the library out", "leave --products out"),
            Map.entry("leave the precision out", "leave --precision out"),
            Map.entry("lower the learning rate,", "lower the learning rate (--lr),"),
            Map.entry("Check the separator", "Check the separator (--separator)"),
            Map.entry("PRESENT or ABSENT", "--header present or --header absent")));

    private UserWords() {}

    static String of(String message) {
        String words = message;
        for (Map.Entry<String, String> option : OPTIONS.entrySet()) {
            words = words.replace(option.getKey(), option.getValue());
        }
        return words;
    }
}
