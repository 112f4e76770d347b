package dev.cresset.house;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The format of our Java sources: palantir-java-format's, with the words of Javadoc left as written.
///
/// The formatter does not know `///` yet. It wraps such a line into one that starts with `//` and so is no Javadoc, and
/// counts the indentation twice in deciding whether to. So each `///` line goes through it as a short mark.
final class SourceFormat {
    private static final Pattern DOC_LINE = Pattern.compile("(?m)^([ \t]*)///(.*)$");
    private static final Pattern MARK = Pattern.compile("(?m)^([ \t]*)/// mark (\\d+)$");

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(false)
            .build());

    /// The source as it should be; the same string where it already is.
    String format(String source) throws FormatterException {
        List<String> lines = new ArrayList<>();
        String marked = DOC_LINE.matcher(source).replaceAll(line -> {
            lines.add(line.group(2).stripTrailing());
            return Matcher.quoteReplacement(line.group(1) + "/// mark " + (lines.size() - 1));
        });
        String ordered = ImportOrderer.reorderImports(marked, JavaFormatterOptions.Style.PALANTIR);
        String formatted = formatter.formatSource(ordered);
        return MARK.matcher(formatted).replaceAll(mark -> {
            String words = lines.get(Integer.parseInt(mark.group(2)));
            return Matcher.quoteReplacement(mark.group(1) + "///" + words);
        });
    }
}
