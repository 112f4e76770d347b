package dev.cresset.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

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
        assertTrue(run.out().contains("\n\nCommands:\n"), run.out());
        for (String command : new String[] {"demo", "train", "evaluate", "predict", "check-gradients", "bench"}) {
            assertTrue(run.out().contains("  " + command), run.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "train", "evaluate", "predict", "check-gradients", "bench", "doctor"})
    void helpIsACommandToo(String command) {
        Cli run = Cli.run("help", command).requireCode(0);
        assertEquals(Cli.run(command, "--help").out(), run.out());
    }

    @Test
    void helpWithoutACommandListsThem() {
        Cli run = Cli.run("help").requireCode(0);
        assertEquals(Cli.run("--help").out(), run.out());
        Cli.run("help", "trian").fails(2, "'trian'", "cresset --help");
        Cli help = Cli.run("help", "--help").requireCode(0);
        help.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
        assertTrue(help.out().contains("Usage: cresset help"), help.out());
    }

    @Test
    void noCommandListsThemToo() {
        Cli run = Cli.run();
        run.fails(2, "A command is missing");
        assertEquals("", run.out());
        assertTrue(run.err().startsWith(Cli.run("--help").out()), run.err());
    }

    /// Over all options that there are, so that a new one cannot list its constants as Java writes them.
    @Test
    void errorsAndHelpNameConstantsAsTheyAreTyped() {
        int found = 0;
        for (CommandLine command : CressetCommand.commandLine(System.out, System.err)
                .getSubcommands()
                .values()) {
            String name = command.getCommandName();
            String help = Cli.run(name, "--help").out().replaceAll("\\s+", " ");
            for (OptionSpec option : command.getCommandSpec().options()) {
                Class<?> type = option.auxiliaryTypes()[0];
                if (!type.isEnum()) {
                    continue;
                }
                found++;
                List<String> words = Arrays.stream(type.getEnumConstants())
                        .map(constant -> UserName.of((Enum<?>) constant))
                        .toList();
                Cli.run(name, option.longestName(), "nonsense")
                        .fails(2, option.longestName(), String.join(", ", words) + " expected, found 'nonsense'");
                words.forEach(word -> assertTrue(help.contains(word), word + " in " + help));
            }
        }
        assertTrue(found >= 10, found + " options");
    }

    @Test
    void theVersionNamesJavaToo() {
        Cli run = Cli.run("--version").requireCode(0);
        assertTrue(run.out().startsWith("cresset ") && run.out().contains("Java 2"), run.out());
    }
}
