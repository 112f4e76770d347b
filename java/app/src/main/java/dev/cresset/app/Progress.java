package dev.cresset.app;

import dev.cresset.train.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/// Shows how a training run gets on: a bar on a terminal, lines elsewhere.
interface Progress extends TrainingListener, AutoCloseable {
    /// @param everyEpochs lines come after every so many epochs
    /// @param unit what the losses are measured in
    static Progress on(PrintStream stream, int everyEpochs, TargetUnit unit) {
        return stream == System.err && isTerminal()
                ? new ProgressBars(stream, unit)
                : new ProgressLines(stream, everyEpochs, unit);
    }

    @Override
    void close();

    /// Whether standard error is a terminal. Java only tells it of input and output together, Linux also of it alone.
    private static boolean isTerminal() {
        Path standardError = Path.of("/proc/self/fd/2");
        try {
            String target = standardError.toRealPath().toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return System.console() != null && System.console().isTerminal();
        }
    }
}
