package dev.cresset.gpucheck;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the user said on the command line.
///
/// @param only the steps to run; empty for all
record Arguments(double budget, Path out, Optional<Path> torchPeer, Set<String> only, boolean list) {
    static final String USAGE = """
            usage: gpu-check [--out FOLDER] [--budget SECONDS] [--only STEP,STEP] [--torch-peer FILE] [--list]

            Runs everything that a GPU can tell about Cresset and writes FOLDER/report.md, FOLDER/report.json and the
            whole output of each step in FOLDER/logs. Ends with 0 if all passed, with 1 if not, with 2 for wrong usage.

              --out FOLDER        where the report goes (default: out/gpu-check)
              --budget SECONDS    after which it ends with what it has (default: 1800)
              --only STEP,STEP    only these steps
              --torch-peer FILE   also runs this program by python3, for PyTorch's figures
              --list              names the steps
            """;

    /// @throws IllegalArgumentException if they cannot be understood; the message says why
    static Arguments parse(String... args) {
        double budget = 1800;
        Path out = Path.of("out", "gpu-check");
        Optional<Path> torchPeer = Optional.empty();
        Set<String> only = new TreeSet<>();
        boolean list = false;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--list")) {
                list = true;
                continue;
            }
            String value = i + 1 < args.length ? args[i + 1] : null;
            if (value == null && args[i].startsWith("--")) {
                throw new IllegalArgumentException(args[i] + " is not an option, or lacks its value");
            }
            switch (args[i++]) {
                case "--budget" -> budget = seconds(value);
                case "--out" -> out = Path.of(value);
                case "--torch-peer" -> torchPeer = Optional.of(file(value));
                case "--only" -> only.addAll(List.of(value.split(",")));
                default -> throw new IllegalArgumentException(args[i - 1] + " is not an option");
            }
        }
        return new Arguments(budget, out.toAbsolutePath(), torchPeer, only, list);
    }

    private static double seconds(String text) {
        try {
            double seconds = Double.parseDouble(text);
            if (seconds > 0 && seconds < 1e6) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // The same answer as for a number out of range.
        }
        throw new IllegalArgumentException("--budget takes seconds, not '" + text + "'");
    }

    private static Path file(String text) {
        Path file = Path.of(text);
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("--torch-peer names " + text + ", which cannot be read");
        }
        return file;
    }
}
