package dev.cresset.app;

import com.google.gson.JsonObject;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What a command prints, and where. Results go to standard output, for people or as JSON; with JSON everything for
/// people goes to standard error.
final class OutputOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--json", description = "Print the figures as one line of JSON; all else goes to standard error.")
    private boolean json;

    /// A line for people.
    void say(String format, Object... values) {
        CressetCommand root = CressetCommand.of(command);
        (json ? root.err() : root.out()).println(String.format(Locale.ROOT, format, values));
    }

    /// The last thing that a command prints.
    void finish(JsonObject figures) {
        if (json) {
            CressetCommand root = CressetCommand.of(command);
            root.err().flush();
            root.out().println(Figures.line(figures));
        }
    }

    /// Tells about a run while it goes on, on standard error.
    Progress progress(int everyEpochs, TargetUnit unit) {
        return Progress.on(CressetCommand.of(command).err(), everyEpochs, unit);
    }
}
