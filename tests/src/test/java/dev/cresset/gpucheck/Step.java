package dev.cresset.gpucheck;

import java.util.List;
import java.util.Map;

/// One thing that the check does: a program that runs, and what is read from its output.
///
/// @param name for `--only`, and of its log
/// @param purpose what it shows, for people
/// @param command runs in the work folder
/// @param limit seconds after which it is ended
/// @param reading finds the key figures
/// @param absent why it cannot be done on this machine; empty where it can
record Step(String name, String purpose, List<String> command, int limit, Reading reading, String absent) {
    /// Finds the key figures in a program's whole output.
    @FunctionalInterface
    interface Reading {
        /// @throws Unexpected if the output does not show what it must, whatever the exit code was
        Map<String, Object> read(String output);
    }

    /// The output does not show what it must.
    static final class Unexpected extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unexpected(String message) {
            super(message);
        }
    }

    static Step of(String name, String purpose, int limit, Reading reading, List<String> command) {
        return new Step(name, purpose, List.copyOf(command), limit, reading, "");
    }

    static Step absent(String name, String purpose, String why) {
        return new Step(name, purpose, List.of(), 0, output -> Map.of(), why);
    }
}
