package dev.cresset.data;

import dev.cresset.tensor.RandomStream;
import java.util.Arrays;

/// Features, targets and their meaning: `N` rows of `inputs()` features, each with its target.
///
/// For classification the targets are one column of class numbers `0 … C−1`; for regression one column for each
/// target. Everything in a dataset is checked when it is made: at least one row, all values finite, labels inside
/// the classes. It never changes afterwards; selecting and splitting give views of the same data.
public final class Dataset {
    private final Rows features;
    private final Rows targets;
    private final Schema schema;

    private Dataset(Rows features, Rows targets, Schema schema) {
        this.features = features;
        this.targets = targets;
        this.schema = schema;
    }

    /// A dataset from rows that share a row numbering.
    ///
    /// @param features `(N, inputs)`
    /// @param targets  `(N, 1)` class numbers, or `(N, outputs)` numbers
    /// @throws IllegalArgumentException if counts, widths or values do not fit the schema; names row and column
    public static Dataset of(Rows features, Rows targets, Schema schema) {
        if (features.count() == 0 || features.count() != targets.count()) {
            throw new IllegalArgumentException("Dataset: the same number of feature and target rows expected, at least "
                    + "one; found " + features.count() + " rows of features and " + targets.count() + " of targets.");
        }
        requireWidth("features", features, schema.features().size());
        requireWidth("targets", targets, schema.targets().size());
        features.requireFinite("features", schema.features());
        if (schema.task() == Task.CLASSIFICATION) {
            requireLabels(targets, schema);
        } else {
            targets.requireFinite("targets", schema.targets());
        }
        return new Dataset(features, targets, schema);
    }

    /// A classification with columns `x0, x1, …`, target `y0` and classes named `0, 1, …`; the values are copied.
    ///
    /// @param x       `(N, inputs)`, one array a row
    /// @param labels  the class number of each row, `0 … classes−1`
    /// @param classes the number of classes, at least 2
    /// @throws IllegalArgumentException if the arrays do not fit together or hold other values
    public static Dataset classification(double[][] x, int[] labels, int classes) {
        Rows features = Rows.of(x);
        Schema schema =
                Schema.classification(Schema.numbered("x", features.width()), "y0", Schema.numbered("", classes));
        return of(features, Rows.ofLabels(labels), schema);
    }

    /// A regression with columns `x0, x1, …` and targets `y0, y1, …`; the values are copied.
    ///
    /// @param x `(N, inputs)`, one array a row
    /// @param y `(N, outputs)`, one array a row
    /// @throws IllegalArgumentException if the arrays do not fit together or hold values that are not finite
    public static Dataset regression(double[][] x, double[][] y) {
        Rows features = Rows.of(x);
        Rows targets = Rows.of(y);
        return of(
                features,
                targets,
                Schema.regression(Schema.numbered("x", features.width()), Schema.numbered("y", targets.width())));
    }

    /// The features, `(size(), inputs())`.
    public Rows features() {
        return features;
    }

    /// The targets: `(size(), 1)` class numbers for classification, `(size(), outputs())` for regression.
    public Rows targets() {
        return targets;
    }

    /// What the columns mean.
    public Schema schema() {
        return schema;
    }

    /// The number of rows, at least 1.
    public int size() {
        return features.count();
    }

    /// The number of features.
    public int inputs() {
        return schema.inputs();
    }

    /// The number of values a model gives for one row: classes, or target columns of a regression.
    public int outputs() {
        return schema.outputs();
    }

    /// The class number of a row.
    ///
    /// @throws IllegalStateException if this is a regression
    public int label(int row) {
        if (schema.task() != Task.CLASSIFICATION) {
            throw new IllegalStateException("Dataset: only a classification has labels, found a regression of "
                    + schema.targets() + ". Read targets() instead.");
        }
        return (int) targets.at(row, 0);
    }

    /// A view of the rows with these numbers, in this order.
    ///
    /// @throws IllegalArgumentException  if no row is selected
    /// @throws IndexOutOfBoundsException if a number is outside the dataset
    public Dataset select(int[] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("Dataset: at least one row to select expected, found none.");
        }
        return new Dataset(features.select(rows), targets.select(rows), schema);
    }

    /// This dataset with other features in the same columns and rows: where a [Standardizer] comes in.
    ///
    /// @throws IllegalArgumentException if `features` has another shape or a value that is not finite
    public Dataset withFeatures(Rows features) {
        if (features.count() != size()) {
            throw new IllegalArgumentException(
                    "Dataset: " + size() + " rows of features expected, found " + features.count() + ".");
        }
        requireWidth("features", features, inputs());
        features.requireFinite("features", schema.features());
        return new Dataset(features, targets, schema);
    }

    /// Two views, every row in exactly one of them, chosen by chance from stream [Streams#SPLIT] of the seed. Each
    /// part keeps the order that its rows have here.
    ///
    /// @param fraction the share of the **validation** part, above 0 and below 1; `fraction · size()` is rounded
    /// @param seed     the same seed gives the same parts
    /// @throws IllegalArgumentException if a part would be empty
    public Split split(double fraction, long seed) {
        if (!(fraction > 0 && fraction < 1)) {
            throw new IllegalArgumentException(
                    "Dataset: a validation fraction above 0 and below 1 expected, found " + fraction + ".");
        }
        int validation = (int) Math.round(fraction * size());
        if (validation == 0 || validation == size()) {
            throw new IllegalArgumentException("Dataset: a fraction of " + fraction + " of " + size() + " rows leaves "
                    + (validation == 0 ? "the validation" : "the training") + " part empty. Choose another fraction"
                    + " or give more rows.");
        }
        int[] order = new int[size()];
        Permutation.fill(order, new RandomStream(seed, Streams.SPLIT));
        // In the original order again: reading runs forward through memory, and reports follow the file.
        Arrays.sort(order, 0, validation);
        Arrays.sort(order, validation, order.length);
        return new Split(
                select(Arrays.copyOfRange(order, validation, order.length)),
                select(Arrays.copyOfRange(order, 0, validation)));
    }

    /// Size, shape and task in one line.
    @Override
    public String toString() {
        return size() + " rows of " + inputs() + " features, "
                + switch (schema.task()) {
                    case CLASSIFICATION ->
                        "classification of " + schema.targets().getFirst() + " into " + outputs() + " classes";
                    case REGRESSION -> "regression of " + String.join(", ", schema.targets());
                };
    }

    private static void requireWidth(String what, Rows rows, int expected) {
        if (rows.width() != expected) {
            throw new IllegalArgumentException("Dataset: " + expected + " columns of " + what
                    + " expected by the schema, found " + rows.width() + ".");
        }
    }

    private static void requireLabels(Rows targets, Schema schema) {
        int classes = schema.classes().size();
        for (int row = 0; row < targets.count(); row++) {
            double label = targets.at(row, 0);
            // Written so that NaN fails it too.
            if (!(label >= 0 && label < classes && label == Math.rint(label))) {
                throw new IllegalArgumentException("Dataset: a class number from 0 to " + (classes - 1)
                        + " expected in row " + row + ", target '"
                        + schema.targets().getFirst() + "', found " + label
                        + ". Number the classes from 0, or give more class names.");
            }
        }
    }
}
