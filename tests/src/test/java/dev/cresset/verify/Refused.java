package dev.cresset.verify;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/// Something is refused with the right exception, and its message says what was wrong.
public final class Refused {
    private final String message;

    private Refused(String message) {
        this.message = message;
    }

    public static Refused with(Class<? extends RuntimeException> type, Executable bad) {
        return new Refused(assertThrows(type, bad).getMessage());
    }

    /// The message holds each of these.
    public void saying(String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), "'" + part + "' is not in: " + message);
        }
    }
}
