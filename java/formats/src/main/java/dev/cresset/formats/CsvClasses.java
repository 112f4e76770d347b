package dev.cresset.formats;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The class names behind a column of text, and the class number of each text.
///
/// If every name is a number, texts are compared by value too: a model trained on `1` knows `1.0` and `01`.
final class CsvClasses {
    private final List<String> names;
    private final Map<String, Integer> byText = new HashMap<>();
    private final Map<Double, Integer> byValue = new HashMap<>();

    private CsvClasses(List<String> names) {
        this.names = names;
        boolean numeric = allNumbers(names);
        for (int number = 0; number < names.size(); number++) {
            byText.put(names.get(number), number);
            if (numeric) {
                byValue.putIfAbsent(value(names.get(number)), number);
            }
        }
    }

    /// The classes of a model, in its order.
    static CsvClasses of(List<String> names) {
        return new CsvClasses(names);
    }

    /// The classes of a new column: sorted by value if all are numbers (equal numbers are one class, named as it
    /// was first written), else by the order of their characters.
    static CsvClasses sorted(Collection<String> texts) {
        List<String> names = new ArrayList<>(texts);
        if (!allNumbers(names)) {
            names.sort(Comparator.naturalOrder());
            return new CsvClasses(names);
        }
        names.sort(Comparator.comparingDouble(CsvClasses::value));
        List<String> distinct = new ArrayList<>();
        for (String name : names) {
            // Sorting is stable, so the first of equals is the first of the file.
            if (distinct.isEmpty() || value(distinct.getLast()) != value(name)) {
                distinct.add(name);
            }
        }
        return new CsvClasses(distinct);
    }

    List<String> names() {
        return names;
    }

    /// The class number of a text, or −1 if no class is called so.
    int number(String text) {
        Integer exact = byText.get(text);
        if (exact != null) {
            return exact;
        }
        double value = value(text);
        return Double.isNaN(value) ? -1 : byValue.getOrDefault(value, -1);
    }

    private static boolean allNumbers(Collection<String> texts) {
        return texts.stream().noneMatch(text -> Double.isNaN(CsvNumber.parse(text)));
    }

    private static double value(String text) {
        // Adding 0 turns −0 into 0: one class.
        return CsvNumber.parse(text) + 0.0;
    }
}
