package dev.cresset.formats;

import java.util.Locale;
import java.util.Set;

/// What counts as a number in a CSV field: decimal digits with an optional sign, point and exponent; spaces
/// around it are ignored.
///
/// Stricter than `Double.parseDouble`, which also takes `1d`, `0x1p3` and `NaN`: in a data file those are
/// mistakes.
final class CsvNumber {
    private static final Set<String> MISSING = Set.of("", "na", "n/a", "#n/a", "nan", "null", "?");
    private static final Set<String> INFINITE = Set.of("inf", "infinity");

    private CsvNumber() {}

    /// The number in a field, or NaN if it holds none; infinite for numbers that outgrow a double.
    static double parse(String field) {
        String text = field.strip();
        return isNumber(text) ? Double.parseDouble(text) : Double.NaN;
    }

    /// Whether a field stands for a value that is not there.
    static boolean isMissing(String field) {
        return MISSING.contains(field.strip().toLowerCase(Locale.ROOT));
    }

    /// Whether a field cannot be a value at all, not even a class name: missing, NaN, or infinite by name.
    static boolean isBlankWord(String field) {
        String word = field.strip().toLowerCase(Locale.ROOT);
        int sign = word.startsWith("-") || word.startsWith("+") ? 1 : 0;
        return MISSING.contains(word)
                || INFINITE.contains(word.substring(sign))
                || word.substring(sign).equals("nan");
    }

    /// What is wrong with a field that should have held a number, and what to do about it.
    static String complaint(String field) {
        if (isMissing(field)) {
            return "the value is missing (found '" + field + "'). Remove the row or fill the value in.";
        }
        if (isBlankWord(field) || Double.isInfinite(parse(field))) {
            return "a finite number expected, found '" + field + "'. Remove the row or give another value.";
        }
        return "a number such as 3.14 or -2e5 expected, found '" + field
                + "'. Correct the value, or remove the column from the file if it holds no numbers.";
    }

    private static boolean isNumber(String text) {
        int at = 0;
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            at++;
        }
        int whole = digits(text, at);
        at += whole;
        int part = 0;
        if (at < text.length() && text.charAt(at) == '.') {
            part = digits(text, at + 1);
            at += 1 + part;
        }
        if (whole + part == 0) {
            return false;
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
                at++;
            }
            int exponent = digits(text, at);
            if (exponent == 0) {
                return false;
            }
            at += exponent;
        }
        return at == text.length();
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - from;
    }
}
