package dev.cresset.formats;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.data.Schema;
import dev.cresset.data.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Reads tables from CSV files (RFC 4180, UTF-8 with or without a byte order mark).
///
/// Features are finite decimal numbers; targets are numbers, or class names in a classification. Missing values
/// (empty, `NA`, `NaN`, `null`, `?`), infinite ones and other text are refused with file, row and column, where
/// the row is the line of the file counted from 1. All rows have as many fields as the first; blank lines are
/// passed over. Numbers are kept unboxed while reading.
public final class CsvReader {
    private final CsvOptions options;

    /// With [CsvOptions#DEFAULT].
    public CsvReader() {
        this(CsvOptions.DEFAULT);
    }

    /// With other options.
    public CsvReader(CsvOptions options) {
        this.options = options;
    }

    /// A dataset to train on: the options name the targets, every other column is a feature.
    ///
    /// Without a task in the options the first row of data decides: a target of text is a classification, a
    /// number or several targets are a regression; a later row of the other kind is an error. Class names are
    /// sorted, by value if all are numbers.
    ///
    /// @throws FormatException if the content is not as described above
    /// @throws IOException     if the file cannot be read
    public Dataset read(Path file) throws IOException {
        try (CsvTable table = CsvTable.open(file, options, List.of())) {
            CsvColumns columns = table.columns();
            int[] targets = columns.targets(options.targets());
            int[] features = columns.others(targets);
            CsvRecord first = table.first();
            boolean text = targets.length == 1 && isText(first.getField(targets[0]));
            Task task = options.task() != null ? options.task() : text ? Task.CLASSIFICATION : Task.REGRESSION;
            CsvNumbers x = new CsvNumbers(file, columns, features, "");
            if (task == Task.REGRESSION) {
                String advice = options.task() != null || targets.length > 1
                        ? ""
                        : " If these are class names, ask for the task CLASSIFICATION.";
                CsvNumbers y = new CsvNumbers(file, columns, targets, advice);
                table.readInto(x::add, y::add);
                return Dataset.of(
                        x.rows(), y.rows(), Schema.regression(columns.names(features), columns.names(targets)));
            }
            if (targets.length > 1) {
                throw FormatException.in(
                        file,
                        "one target column expected for a classification, found " + columns.names(targets)
                                + ". Choose one of them.");
            }
            CsvLabels.Names names = options.task() != null ? CsvLabels.Names.ANY : CsvLabels.Names.TEXT;
            CsvLabels y = new CsvLabels(file, columns, targets[0], names);
            table.readInto(x::add, y::add);
            CsvClasses classes = y.classes();
            String target = columns.name(targets[0]);
            return Dataset.of(
                    x.rows(), y.rows(classes), Schema.classification(columns.names(features), target, classes.names()));
        }
    }

    /// A dataset to evaluate a model on: columns and classes are the model's, in its order; the task of the
    /// options is not asked.
    ///
    /// With a header the model's columns are found by name, others are ignored; targets in the options take the
    /// place of the model's target names. Without a header columns go by position, with the targets last unless
    /// the options say where.
    ///
    /// @param schema the model's
    /// @throws FormatException if a column is missing, a class is unknown to the model (the error names the row),
    ///     or the content is not as described above
    /// @throws IOException     if the file cannot be read
    public Dataset read(Path file, Schema schema) throws IOException {
        try (CsvTable table = CsvTable.open(file, options, schema.features())) {
            CsvColumns columns = table.columns();
            CsvModelColumns chosen = new CsvModelColumns(file, columns, options.targets());
            int[] targets = chosen.targets(schema.targets());
            CsvNumbers x = new CsvNumbers(file, columns, chosen.featuresBeside(targets, schema.features()), "");
            if (schema.task() == Task.REGRESSION) {
                CsvNumbers y = new CsvNumbers(file, columns, targets, "");
                table.readInto(x::add, y::add);
                return Dataset.of(x.rows(), y.rows(), schema);
            }
            CsvLabels y = new CsvLabels(file, columns, targets[0], CsvLabels.Names.ANY);
            table.readInto(x::add, y::add);
            return Dataset.of(x.rows(), y.rows(CsvClasses.of(schema.classes())), schema);
        }
    }

    /// Features to predict from, in the model's order; the file may hold the target or not.
    ///
    /// With a header the columns are found by name, others are ignored. Without one columns go by position: either
    /// all columns are features, or all but the target, which is last unless the options say where.
    ///
    /// @param featureNames the model's
    /// @return `(N, featureNames.size())`, `N` at least 1
    /// @throws FormatException if a column is missing or the content is not as described above
    /// @throws IOException     if the file cannot be read
    public Rows features(Path file, List<String> featureNames) throws IOException {
        try (CsvTable table = CsvTable.open(file, options, featureNames)) {
            CsvColumns columns = table.columns();
            int[] features = new CsvModelColumns(file, columns, options.targets()).features(featureNames);
            CsvNumbers x = new CsvNumbers(file, columns, features, "");
            table.readInto(x::add, row -> {});
            return x.rows();
        }
    }

    private static boolean isText(String field) {
        return Double.isNaN(CsvNumber.parse(field)) && !CsvNumber.isBlankWord(field);
    }
}
