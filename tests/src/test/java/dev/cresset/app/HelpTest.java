package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Help fits a narrow terminal and shows what happens without an option.
class HelpTest {
    @ParameterizedTest
    @ValueSource(strings = {"demo", "train", "evaluate", "predict", "check-gradients", "bench"})
    void helpFits80Columns(String command) {
        Cli run = Cli.run(command, "--help").requireCode(0);
        run.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
        assertTrue(run.out().contains("Usage: cresset " + command), run.out());
        assertTrue(run.out().contains("(default: auto)"), run.out());
        assertTrue(run.out().contains("--json"), run.out());
    }

    @Test
    void theCommandsAreListed() {
        Cli run = Cli.run("--help").requireCode(0);
        run.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
        for (String command : new String[] {"demo", "train", "evaluate", "predict", "check-gradients", "bench"}) {
            assertTrue(run.out().contains("  " + command), run.out());
        }
    }

    @Test
    void theVersionNamesJavaToo() {
        Cli run = Cli.run("--version").requireCode(0);
        assertTrue(run.out().startsWith("cresset ") && run.out().contains("Java 2"), run.out());
    }
}
