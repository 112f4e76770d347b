package dev.cresset.formats;

import dev.cresset.data.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How to read a CSV file. Start from [#DEFAULT] and change what differs:
/// `CsvOptions.DEFAULT.withTargets("PRICE").withTask(Task.REGRESSION)`.
///
/// @param targets   the target columns: each a column name or, if no column has that name, a number counted from
///     0. Empty for the last column. All other columns are features
/// @param header    whether the first row names the columns
/// @param task      what to predict; null to infer it from the target: text is a classification, numbers are a
///     regression, whole numbers too
/// @param separator the character between two fields
public record CsvOptions(
        List<String> targets, CsvHeader header, @Nullable Task task, char separator) {
    /// The last column is the target, header and task are inferred, fields are separated by commas.
    public static final CsvOptions DEFAULT = new CsvOptions(List.of(), CsvHeader.AUTO, null, ',');

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if the separator is a quote, a line break, or part of a number
    public CsvOptions {
        targets = List.copyOf(targets);
        if ("\"\r\n.+-".indexOf(separator) >= 0 || Character.isLetterOrDigit(separator)) {
            throw new IllegalArgumentException(
                    "CSV options: a separator such as ',' ';' or tab expected, found '" + separator + "'.");
        }
    }

    /// These options with other target columns, by name or by number counted from 0.
    public CsvOptions withTargets(String... targets) {
        return new CsvOptions(List.of(targets), header, task, separator);
    }

    /// These options with a word on the header.
    public CsvOptions withHeader(CsvHeader header) {
        return new CsvOptions(targets, header, task, separator);
    }

    /// These options with a given task.
    public CsvOptions withTask(Task task) {
        return new CsvOptions(targets, header, task, separator);
    }

    /// These options with another separator.
    public CsvOptions withSeparator(char separator) {
        return new CsvOptions(targets, header, task, separator);
    }
}
