package dev.cresset.house;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/// Collects what breaks a rule, so that one run shows all of it.
final class Violations {
    private final String rule;
    private final List<String> found = new ArrayList<>();

    Violations(String rule) {
        this.rule = rule;
    }

    void add(String where, String what) {
        found.add(where + ": " + what);
    }

    void assertNone() {
        if (!found.isEmpty()) {
            String list = String.join(System.lineSeparator() + "  ", found);
            Assertions.fail(rule + System.lineSeparator() + "  " + list + System.lineSeparator());
        }
    }
}
