package dev.cresset.app;

import java.io.PrintStream;

/// The program `cresset`.
public final class Main {
    private Main() {}

    /// Runs a command and ends the program with its exit code.
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /// Runs a command in this program: 0 for success, 1 for failure, 2 for wrong usage, 130 if it was interrupted.
    ///
    /// @param out takes results
    /// @param err takes progress and errors
    public static int run(String[] args, PrintStream out, PrintStream err) {
        // Pictures are drawn into memory; without this, Java may look for a screen.
        System.setProperty("java.awt.headless", "true");
        try {
            return CressetCommand.commandLine(out, err).execute(args);
        } catch (OutOfMemoryError e) {
            err.println("cresset: not enough memory (" + e.getMessage() + "). Use less data, a smaller model or smaller"
                    + " batches, or give Java more: JAVA_TOOL_OPTIONS=-Xmx8g.");
            return 1;
        } finally {
            out.flush();
            err.flush();
        }
    }
}
