package dev.cresset.gpucheck;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs steps within one budget of time. A step that fails, hangs or crashes does not keep the next one from running.
final class Runner {
    /// What is kept back for the last report.
    private static final double RESERVE = 5;

    /// Less than this is not worth a start.
    private static final double LEAST = 5;

    private static final int TAIL_LINES = 200;
    private static final int TAIL_CHARACTERS = 30_000;

    private final Path work;
    private final Path logs;
    private final double budget;
    private final long start = System.nanoTime();

    /// @param work where the programs run
    /// @param logs gets the whole output of each
    /// @param budget seconds from now on
    Runner(Path work, Path logs, double budget) {
        this.work = work;
        this.logs = logs;
        this.budget = budget;
    }

    double seconds() {
        return (System.nanoTime() - start) * 1e-9;
    }

    Outcome run(Step step) {
        if (!step.absent().isEmpty()) {
            return Outcome.without(step, Outcome.State.ABSENT, step.absent());
        }
        double left = budget - seconds() - RESERVE;
        if (left < LEAST) {
            return Outcome.without(
                    step,
                    Outcome.State.NOT_RUN,
                    "The budget of %.0f s is used up; give more with --budget, or name steps with --only."
                            .formatted(budget));
        }
        long began = System.nanoTime();
        Path log = logs.resolve(step.name() + ".log");
        try {
            int code = wait(step, log, Math.min(left, step.limit()));
            return judge(step, code, (System.nanoTime() - began) * 1e-9, read(log));
        } catch (IOException e) {
            return Outcome.without(step, Outcome.State.FAILED, "It cannot be run: " + e.getMessage());
        } catch (Overdue e) {
            return new Outcome(
                    step,
                    Outcome.State.OUT_OF_TIME,
                    -1,
                    (System.nanoTime() - began) * 1e-9,
                    Map.of(),
                    e.getMessage(),
                    tail(read(log)));
        }
    }

    private static final class Overdue extends Exception {
        private static final long serialVersionUID = 1;

        Overdue(double limit) {
            super("Ended after the %.0f s that were left for it.".formatted(limit));
        }
    }

    private int wait(Step step, Path log, double limit) throws IOException, Overdue {
        Process process = new ProcessBuilder(step.command())
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
        try {
            if (process.waitFor((long) (limit * 1000), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        throw new Overdue(limit);
    }

    private static Outcome judge(Step step, int code, double seconds, String output) {
        Map<String, Object> figures = Map.of();
        String note = code == 0 ? "" : "Exit code " + code + ".";
        try {
            figures = step.reading().read(output);
        } catch (Step.Unexpected e) {
            note = (note + " " + e.getMessage()).strip();
        }
        Outcome.State state = note.isEmpty() ? Outcome.State.PASSED : Outcome.State.FAILED;
        return new Outcome(step, state, code, seconds, figures, note, tail(output));
    }

    private static String read(Path log) {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "the output cannot be read: " + e.getMessage();
        }
    }

    private static String tail(String output) {
        String[] lines = output.strip().split("\\R");
        StringBuilder tail = new StringBuilder();
        for (int i = Math.max(0, lines.length - TAIL_LINES); i < lines.length; i++) {
            // A progress bar overwrites its line; what it showed last is enough.
            tail.append(lines[i].substring(lines[i].lastIndexOf('\r') + 1)).append('\n');
        }
        return tail.substring(Math.max(0, tail.length() - TAIL_CHARACTERS)).strip();
    }
}
