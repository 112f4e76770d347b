package dev.cresset.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the columns of a [Dataset] mean; saved with a model, so that later files can be read the same way.
///
/// @param features the names of the feature columns, in order, all different
/// @param targets  the names of the target columns, in order, different from the features; one for classification
/// @param task     what is predicted
/// @param classes  for classification the names of the classes, at least two, all different: class number `i` is
///     `classes.get(i)`; empty for regression
public record Schema(List<String> features, List<String> targets, Task task, List<String> classes) {

    /// Checks and copies the lists.
    ///
    /// @throws IllegalArgumentException if a list breaks the rules above
    public Schema {
        features = List.copyOf(features);
        targets = List.copyOf(targets);
        classes = List.copyOf(classes);
        if (features.isEmpty() || targets.isEmpty()) {
            throw new IllegalArgumentException("Schema: at least one feature and one target expected, found "
                    + features.size() + " features and " + targets.size() + " targets.");
        }
        List<String> columns = new ArrayList<>(features);
        columns.addAll(targets);
        requireDistinct("column", columns);
        requireDistinct("class", classes);
        if (task == Task.REGRESSION && !classes.isEmpty()) {
            throw new IllegalArgumentException("Schema: no classes expected for regression, found " + classes + ".");
        }
        if (task == Task.CLASSIFICATION && targets.size() != 1) {
            throw new IllegalArgumentException("Schema: one target column expected for classification, found " + targets
                    + ". Choose one of them.");
        }
        if (task == Task.CLASSIFICATION && classes.size() < 2) {
            throw new IllegalArgumentException("Schema: at least two classes expected for classification, found "
                    + classes + ". With one class there is nothing to tell apart.");
        }
    }

    /// The schema of a classification.
    public static Schema classification(List<String> features, String target, List<String> classes) {
        return new Schema(features, List.of(target), Task.CLASSIFICATION, classes);
    }

    /// The schema of a regression.
    public static Schema regression(List<String> features, List<String> targets) {
        return new Schema(features, targets, Task.REGRESSION, List.of());
    }

    /// The names `prefix0, prefix1, …` for `count` things that have none of their own.
    ///
    /// @throws IllegalArgumentException if `count` is negative
    public static List<String> numbered(String prefix, int count) {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "Schema: a number of names of at least 0 expected, found " + count + ".");
        }
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(prefix + i);
        }
        return List.copyOf(names);
    }

    /// The number of values a model for this schema takes: the features.
    public int inputs() {
        return features.size();
    }

    /// The number of values a model for this schema gives: classes, or target columns of a regression.
    public int outputs() {
        return task == Task.CLASSIFICATION ? classes.size() : targets.size();
    }

    private static void requireDistinct(String what, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "Schema: different " + what + " names expected, found '" + name + "' twice. Rename one.");
            }
        }
    }
}
