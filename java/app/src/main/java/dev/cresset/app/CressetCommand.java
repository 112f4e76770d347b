package dev.cresset.app;

import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command without a name, above all others.
@Command(
        name = "cresset",
        description = "Trains multilayer perceptrons.",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = CressetCommand.Version.class,
        sortOptions = false,
        usageHelpWidth = 80,
        abbreviateSynopsis = true,
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage"},
        subcommands = {
            DemoCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            CheckGradientsCommand.class,
            BenchCommand.class,
            DoctorCommand.class,
            HelpCommand.class
        })
final class CressetCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where in the program an error arose.")
    private boolean stacktrace;

    private final PrintStream out;
    private final PrintStream err;

    private CressetCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// The whole command line, writing to these.
    static CommandLine commandLine(PrintStream out, PrintStream err) {
        CressetCommand root = new CressetCommand(out, err);
        CommandLine line = new CommandLine(root);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        OptionTypes.installIn(line);
        line.setOverwrittenOptionsAllowed(true);
        line.setParameterExceptionHandler(Failures::wrongUsage);
        line.setExecutionExceptionHandler(new Failures());
        OptionSections.installIn(line);
        return line;
    }

    /// The root of a command.
    static CressetCommand of(CommandSpec command) {
        return (CressetCommand) command.root().userObject();
    }

    boolean showsStacktraces() {
        return stacktrace;
    }

    /// Where results go.
    PrintStream out() {
        return out;
    }

    /// Where progress and errors go.
    PrintStream err() {
        return err;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "A command is missing: demo shows what this program does");
    }

    /// What `--version` prints.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "cresset " + (version == null ? "(built from sources)" : version),
                "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
            };
        }
    }
}
