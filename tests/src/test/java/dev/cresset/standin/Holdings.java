package dev.cresset.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

/// How much of each kind of thing the stand-in driver held for its callers at some time.
public final class Holdings {
    private static final List<String> KINDS = List.of(
            "allocations",
            "bytes",
            "pinned",
            "streams",
            "events",
            "modules",
            "graphs",
            "execs",
            "handles",
            "descriptions");

    private final long[] counts = KINDS.stream().mapToLong(Standin::live).toArray();

    private Holdings() {}

    public static Holdings now() {
        return new Holdings();
    }

    /// What is held in another number now, such as `allocations 3 → 4`.
    public List<String> changes() {
        List<String> changes = new ArrayList<>();
        long[] now = now().counts;
        for (int kind = 0; kind < now.length; kind++) {
            if (now[kind] != counts[kind]) {
                changes.add(KINDS.get(kind) + " " + counts[kind] + " → " + now[kind]);
            }
        }
        return changes;
    }

    public void assertUnchanged(String when) {
        assertEquals(List.of(), changes(), when);
    }

    /// One thing may still be there, as a call that gives something back may fail without a word: a piece of memory
    /// with its bytes, say.
    public void assertAtMostOneIsLeft(String when) {
        List<String> changes = changes();
        changes.removeIf(change -> change.startsWith("bytes "));
        assertTrue(changes.size() <= 1, when + ": " + changes());
    }
}
