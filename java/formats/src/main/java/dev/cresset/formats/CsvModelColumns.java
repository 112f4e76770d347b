package dev.cresset.formats;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Which columns of a file an existing model means: by name, or by position where the file has no names.
final class CsvModelColumns {
    private final Path file;
    private final CsvColumns columns;
    private final List<String> askedTargets;

    /// @param askedTargets the targets that the options name, or an empty list
    CsvModelColumns(Path file, CsvColumns columns, List<String> askedTargets) {
        this.file = file;
        this.columns = columns;
        this.askedTargets = askedTargets;
    }

    /// The features, in a file that may or may not hold the target: without names either all columns, or all
    /// beside the target, which stands where the options say or last.
    int[] features(List<String> wanted) throws FormatException {
        if (columns.goesByName(wanted)) {
            return columns.require(wanted);
        }
        if (columns.width() == wanted.size()) {
            return IntStream.range(0, columns.width()).toArray();
        }
        return othersAsMany(columns.targets(askedTargets), wanted);
    }

    /// The targets: what the options say, or else the model's own names, or else the last columns.
    int[] targets(List<String> wanted) throws FormatException {
        int[] found;
        if (!askedTargets.isEmpty()) {
            found = columns.targets(askedTargets);
        } else if (columns.goesByName(wanted)) {
            found = columns.require(wanted);
        } else {
            found = columns.last(wanted.size());
        }
        if (found.length != wanted.size()) {
            throw FormatException.in(
                    file,
                    counted(wanted.size(), "target") + " expected by the model, found " + columns.names(found) + ".");
        }
        return found;
    }

    /// The features, in a file whose targets are known.
    int[] featuresBeside(int[] targets, List<String> wanted) throws FormatException {
        if (!columns.goesByName(wanted)) {
            return othersAsMany(targets, wanted);
        }
        int[] found = columns.require(wanted);
        for (int target : targets) {
            if (Arrays.stream(found).anyMatch(column -> column == target)) {
                throw FormatException.in(
                        file,
                        "a target that is no feature of the model expected, found '" + columns.name(target) + "'.");
            }
        }
        return found;
    }

    private static String counted(int columns, String kind) {
        return columns + " " + kind + (columns == 1 ? " column" : " columns");
    }

    private int[] othersAsMany(int[] targets, List<String> wanted) throws FormatException {
        int[] found = columns.others(targets);
        if (found.length != wanted.size()) {
            throw FormatException.in(
                    file,
                    counted(wanted.size(), "feature") + " expected by the model, found " + found.length
                            + " beside the target. Without a header, columns go by position.");
        }
        return found;
    }
}
