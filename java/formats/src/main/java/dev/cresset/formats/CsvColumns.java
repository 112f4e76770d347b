package dev.cresset.formats;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The columns of one file and their names: which are targets, which are features of a new model.
final class CsvColumns {
    /// So many names are listed in an error.
    private static final int LISTED = 20;

    private final Path file;
    private final List<String> names;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final boolean named;

    private CsvColumns(Path file, List<String> names, boolean named) {
        this.file = file;
        this.names = names;
        this.named = named;
        for (int column = 0; column < names.size(); column++) {
            numbers.put(names.get(column), column);
        }
    }

    /// Named by a header row; an empty name becomes `columnN`.
    static CsvColumns named(Path file, CsvRecord header) throws FormatException {
        List<String> names = new ArrayList<>();
        for (String field : header.getFields()) {
            String name = field.strip();
            names.add(name.isEmpty() ? "column" + names.size() : name);
        }
        CsvColumns columns = new CsvColumns(file, names, true);
        for (int column = 0; column < names.size(); column++) {
            int last = columns.numbers.get(names.get(column));
            if (last != column) {
                throw FormatException.in(
                        file,
                        header.getStartingLineNumber(),
                        names.get(column),
                        "different column names expected, found this one for columns " + column + " and " + last
                                + ". Rename one.");
            }
        }
        return columns;
    }

    /// Without a header: `column0, column1, …`.
    static CsvColumns unnamed(Path file, int width) {
        return new CsvColumns(
                file, IntStream.range(0, width).mapToObj(i -> "column" + i).toList(), false);
    }

    /// Whether a column asked for this way may be meant by number.
    static boolean isNumber(String column) {
        return !column.isEmpty()
                && column.length() <= 9
                && column.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }

    /// Whether a model's columns can be found by their names: a header is to be taken at its word, and without one
    /// the names of columns by number may fit.
    boolean goesByName(List<String> wanted) {
        return named || numbers.keySet().containsAll(wanted);
    }

    int width() {
        return names.size();
    }

    String name(int column) {
        return names.get(column);
    }

    List<String> names(int[] columns) {
        return Arrays.stream(columns).mapToObj(names::get).toList();
    }

    /// The targets that options ask for, in their order: by name, or else by number; the last column if none is
    /// asked for.
    int[] targets(List<String> asked) throws FormatException {
        if (asked.isEmpty()) {
            return last(1);
        }
        int[] columns = new int[asked.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = find(asked.get(i).strip());
            for (int earlier = 0; earlier < i; earlier++) {
                if (columns[earlier] == columns[i]) {
                    throw FormatException.in(
                            file, "different target columns expected, found '" + name(columns[i]) + "' twice.");
                }
            }
        }
        return columns;
    }

    /// Every column that is not a target.
    int[] others(int[] targets) throws FormatException {
        int[] columns = IntStream.range(0, names.size())
                .filter(column -> Arrays.stream(targets).noneMatch(target -> target == column))
                .toArray();
        if (columns.length == 0) {
            throw FormatException.in(
                    file,
                    "a feature column beside the target expected, found " + listed()
                            + " only. Check the separator and the target.");
        }
        return columns;
    }

    /// The last `count` columns, with at least one left before them.
    int[] last(int count) throws FormatException {
        if (names.size() <= count) {
            throw FormatException.in(
                    file,
                    "a feature column and " + count + " target columns expected, found " + listed()
                            + " only. Check the separator.");
        }
        return IntStream.range(names.size() - count, names.size()).toArray();
    }

    private int find(String column) throws FormatException {
        Integer number = numbers.get(column);
        if (number != null) {
            return number;
        }
        if (isNumber(column) && Integer.parseInt(column) < names.size()) {
            return Integer.parseInt(column);
        }
        throw FormatException.in(
                file,
                "no column '" + column + "'. " + (named ? "The header names " : "Without a header there are ")
                        + listed() + "; numbers count from 0.");
    }

    /// The columns of a model by their names, all of which must be there.
    int[] require(List<String> wanted) throws FormatException {
        List<String> missing =
                wanted.stream().filter(name -> !numbers.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw FormatException.in(
                    file,
                    (missing.size() == 1 ? "the model's column " : "the model's columns ") + quoted(missing)
                            + (missing.size() == 1 ? " is" : " are") + " missing. The header names " + listed()
                            + ". Rename the columns or use the file that the model was made for.");
        }
        return wanted.stream().mapToInt(numbers::get).toArray();
    }

    private String listed() {
        return quoted(names);
    }

    private static String quoted(List<String> names) {
        String first = String.join("', '", names.subList(0, Math.min(LISTED, names.size())));
        return "'" + first + "'" + (names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "");
    }
}
