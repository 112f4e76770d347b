package dev.cresset.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.palantir.javaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// Every Java file has the format of [SourceFormat]. To rewrite the files:
///
/// ```
/// ./mvnw -q -pl tests -am test -Dtest=FormattingTest -Dcresset.format=apply -Dsurefire.failIfNoSpecifiedTests=false
/// ```
///
/// The formatter parses with the compiler of the JVM it runs on. Here that is the tests' JDK 25; a Maven plugin would
/// run it on Maven's own Java, where 17 cannot parse our sources.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FormattingTest {
    private static final int COLUMNS = 120;
    private static final String APPLY = "./mvnw -q -pl tests -am test -Dtest=FormattingTest -Dcresset.format=apply"
            + " -Dsurefire.failIfNoSpecifiedTests=false";

    private final Repository repository = Repository.open();
    private final SourceFormat format = new SourceFormat();

    @Test
    @Order(1) // since it may rewrite the files
    void everyJavaFileIsFormatted() throws IOException {
        boolean apply = System.getProperty("cresset.format", "check").equals("apply");
        Violations violations = new Violations("Not formatted; to format all files run\n  " + APPLY);
        for (Path file : repository.javaFiles()) {
            String source = Repository.read(file);
            String formatted;
            try {
                formatted = format.format(source);
            } catch (FormatterException e) {
                violations.add(repository.name(file), "cannot be parsed: " + e.getMessage());
                continue;
            }
            if (formatted.equals(source)) {
                continue;
            }
            if (apply) {
                Files.writeString(file, formatted);
                System.out.println("formatted: " + repository.name(file));
            } else {
                violations.add(repository.name(file) + ":" + firstDifference(source, formatted), "is not formatted");
            }
        }
        violations.assertNone();
    }

    /// What the formatter cannot break, comments and strings above all, is broken by hand.
    @Test
    void noLineIsLongerThan120Columns() {
        Violations violations = new Violations("Longer than " + COLUMNS + " columns; format, or break them by hand:");
        for (Path file : repository.javaFiles()) {
            List<String> lines = Repository.read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                int columns = lines.get(i).codePointCount(0, lines.get(i).length());
                if (columns > COLUMNS) {
                    violations.add(repository.name(file) + ":" + (i + 1), columns + " columns");
                }
            }
        }
        violations.assertNone();
    }

    @Test
    void theWordsOfLongDocLinesAreKept() throws FormatterException {
        String line = "/// " + "word ".repeat(23) + "$1";
        String source = "class A {\n" + line + "\n  " + line + "\n    void f( ) { }\n}\n";
        String wanted = "class A {\n    " + line + "\n    " + line + "\n    void f() {}\n}\n";
        assertEquals(wanted, format.format(source));
    }

    private static int firstDifference(String one, String other) {
        List<String> left = one.lines().toList();
        List<String> right = other.lines().toList();
        int line = 0;
        while (line < left.size() && line < right.size() && left.get(line).equals(right.get(line))) {
            line++;
        }
        return line + 1;
    }
}
