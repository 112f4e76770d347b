package dev.cresset.app;

import dev.cresset.data.Task;
import dev.cresset.formats.CsvHeader;
import dev.cresset.formats.CsvOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which data, and how to read it.
final class DataOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "A CSV file; or a folder with one IDX file of pictures and one of labels, or the file of"
                    + " pictures with its labels beside it.")
    private @Nullable Path path;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "csv or idx (default: by the name of PATH; a folder is idx).")
    private @Nullable DataFormat format;

    @Option(
            names = "--target",
            paramLabel = "COLUMN",
            split = ",",
            description = "Column to predict, by name or by number from 0; several, separated by commas, for a"
                    + " regression (default: the last column; for a trained model, the columns it was trained on).")
    private List<String> targets = List.of();

    @Option(
            names = "--header",
            paramLabel = "WHETHER",
            defaultValue = "auto",
            description = "Whether the first row of a CSV file names the columns: auto, present or absent"
                    + " (default: ${DEFAULT-VALUE}).")
    private CsvHeader header;

    @Option(
            names = "--separator",
            paramLabel = "CHAR",
            converter = OptionTypes.Separator.class,
            defaultValue = ",",
            description = "Between the fields of a CSV file; tab for a tabulator (default: ${DEFAULT-VALUE}).")
    private char separator;

    boolean isGiven() {
        return path != null;
    }

    /// The data that the options name.
    ///
    /// @param task what to predict; null to infer it
    DataSource source(@Nullable Task task) {
        if (path == null) {
            throw new ParameterException(command.commandLine(), "Missing required option: '--data=PATH'");
        }
        if (path.toString().isBlank()) {
            throw new ParameterException(command.commandLine(), "--data: a file or a folder expected, found ''");
        }
        DataFormat kind = format != null ? format : DataSource.formatOf(path);
        if (kind == DataFormat.IDX && (task == Task.REGRESSION || !targets.isEmpty())) {
            throw new ParameterException(
                    command.commandLine(),
                    "IDX files are a classification by their labels: leave out --target and --task");
        }
        try {
            return new DataSource(path, kind, new CsvOptions(targets, header, task, separator));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }
}
