package dev.cresset.formats;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/// Bad files are refused with a message that says what was wrong and where.
final class Damage {
    private Damage() {}

    static void says(String part, Executable bad) {
        String message = assertThrows(FormatException.class, bad).getMessage();
        assertTrue(message.contains(part), message);
    }
}
