package dev.cresset.bench;

import java.util.Locale;

/// Numbers in words that read alike in every country, for people and for programs.
final class Text {
    private Text() {}

    static String of(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
