package dev.cresset.app;

import dev.cresset.data.Task;
import dev.cresset.formats.SavedModel;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// A model that was trained before.
final class SavedModelOption {
    @Option(
            names = {"-m", "--model"},
            required = true,
            paramLabel = "MODEL",
            description = "A model that train has saved.")
    private Path path;

    Path path() {
        return path;
    }

    /// One line for people.
    String describe(SavedModel saved) {
        Task task = saved.schema().task();
        return path + ": " + UserName.of(task) + " of "
                + String.join(", ", saved.schema().targets()) + " from "
                + saved.schema().inputs() + " features, "
                + saved.model().parameters().count() + " parameters in " + saved.precision();
    }
}
