package dev.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cresset.standin.Standin;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The questions that only a GPU can answer, asked: every row is there, and has a number where something was measured.
@Tag("cuda")
@Tag("standin")
class GpuQuestionsTest {
    @BeforeAll
    static void standIn() {
        Standin.requireBuilt();
    }

    /// In `epilogues` each of two shapes has, for four ways to multiply, 5 forward, 4 back, and 3 for weights, the bare
    /// product twice.
    @ParameterizedTest
    @CsvSource({"verbs, 44, 2", "epilogues, 96, 2", "tiers, 12, 3"})
    void everyRowOfATableIsThere(String question, int rows, int tables) {
        List<String> lines = answer(question);
        assertEquals(
                tables, lines.stream().filter(line -> line.startsWith("|---")).count(), lines.toString());
        assertEquals(rows, lines.stream().filter(line -> line.startsWith("| ")).count() - tables, lines.toString());
    }

    @Test
    void theLinesOfAStepAreAllMeasuredAndThenTheStep() {
        List<String> lines = answer("lines");
        assertEquals(
                9,
                lines.stream().filter(line -> line.startsWith("| the step, ")).count());
        assertTrue(lines.stream().anyMatch(line -> line.contains("second stream |")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.contains("stepUpdateBf16 |")), lines.toString());
        assertTrue(
                lines.stream()
                        .filter(line -> line.startsWith("| ") && !line.contains("| µs |"))
                        .allMatch(line -> line.matches("\\| .* \\| [0-9.]+ \\| [0-9]* \\|")),
                lines.toString());
    }

    private static List<String> answer(String question) {
        PrintStream usual = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            new GpuQuestions(true).answer(question);
        } finally {
            System.setOut(usual);
        }
        return said.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
