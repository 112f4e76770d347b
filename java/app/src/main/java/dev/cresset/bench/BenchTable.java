package dev.cresset.bench;

import dev.cresset.tensor.Precision;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A report as Markdown.
///
/// @param hasPeer whether another library was asked for at all
record BenchTable(boolean hasPeer) {
    private static final List<String> COLUMNS = List.of(
            "workload",
            "precision",
            "step µs",
            "min – max",
            "host µs",
            "eager µs",
            "graph µs",
            "best µs (mode)",
            "× eager",
            "× graph",
            "× best",
            "must / goal",
            "of ceiling",
            "loss error",
            "gate");

    String write(String heading, List<Row> rows, Map<Precision, Ceilings> ceilings, List<String> leftOut) {
        StringBuilder text = new StringBuilder(heading + "\n\n");
        text.append(line(COLUMNS));
        text.append(line(COLUMNS.stream().map(column -> "---").toList()));
        rows.forEach(row -> text.append(line(cells(row))));
        text.append("\nA ratio is the peer's time by ours, medians both; eager and graph are the peer's faster mode of"
                + " the kind. Of ceiling: the time that the step's products or bytes take at this device's measured"
                + " rates, by ours.\n");
        notes(text, rows, leftOut);
        new TreeMap<>(ceilings).forEach((precision, ceiling) -> text.append(line(precision, ceiling)));
        return text.toString();
    }

    private void notes(StringBuilder text, List<Row> rows, List<String> leftOut) {
        leftOut.forEach(what -> text.append("- left out: ").append(what).append("\n"));
        said(text, rows, row -> row.isFailed() ? "FAILED: " + row.complaint() : "", BenchTable::place);
        said(text, rows, Row::note, BenchTable::place);
        said(text, rows, this::comparison, row -> row.workload().key());
        rows.stream()
                .filter(row -> row.gate() != null)
                .map(row -> row.workload().key() + " against " + row.gate().reference())
                .distinct()
                .forEach(reference -> text.append("- ").append(reference).append("\n"));
    }

    /// Writes each sentence once, behind the names of all rows that it is about; an empty one is none.
    private static void said(
            StringBuilder text, List<Row> rows, Function<Row, String> sentence, Function<Row, String> name) {
        Map<String, Set<String>> about = new LinkedHashMap<>();
        for (Row row : rows) {
            about.computeIfAbsent(sentence.apply(row), s -> new LinkedHashSet<>())
                    .add(name.apply(row));
        }
        about.remove("");
        about.forEach((said, names) -> text.append("- ")
                .append(String.join(", ", names))
                .append(": ")
                .append(said)
                .append("\n"));
    }

    private static String place(Row row) {
        return row.workload().key() + " in " + row.precision();
    }

    private String comparison(Row row) {
        if (!hasPeer || row.gate() == null) {
            return "";
        }
        return "the peer's float64 losses "
                + (Double.isNaN(row.peerDifference())
                        ? "were not compared with ours"
                        : Text.of("differ from ours by %.1e", row.peerDifference()));
    }

    private List<String> cells(Row row) {
        PeerResult peer = row.peer();
        Timing timing = row.timing();
        Goal goal = Goal.of(row.workload(), row.precision());
        return List.of(
                row.workload().key(),
                row.precision().toString(),
                timing == null ? "–" : micros(timing.median()),
                timing == null ? "–" : micros(timing.min()) + " – " + micros(timing.max()),
                timing == null ? "–" : micros(timing.host()),
                theirs(peer.eager(), ""),
                theirs(peer.graph(), ""),
                theirs(
                        peer.best(),
                        peer.best().map(mode -> " (" + mode.name() + ")").orElse("")),
                times(row.ratio(peer.eager())),
                times(row.ratio(peer.graph())),
                times(row.ratio(peer.best())),
                hasPeer && goal.isSet() ? number(goal.must()) + " / " + number(goal.goal()) : "–",
                row.floor() == null
                        ? "–"
                        : Text.of("%.1f %% (%s)", 100 * row.share(), row.floor().binding()),
                row.gate() == null ? "–" : Text.of("%.1e", row.gate().lossError()),
                row.isFailed() ? "FAILED" : row.gate() == null ? "not run" : "passed");
    }

    private String theirs(Optional<PeerResult.Mode> mode, String more) {
        return mode.map(found -> micros(found.seconds()) + more).orElse(hasPeer ? "–" : "no peer");
    }

    private static String line(Precision precision, Ceilings ceiling) {
        String products = ceiling.products().entrySet().stream()
                .map(entry -> Text.of(
                        "%s %.3g",
                        entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '), entry.getValue() * 1e-12))
                .collect(Collectors.joining(", "));
        return Text.of(
                "- ceilings in %s: copy %.3g GB/s; TFLOP/s of %d³ products: %s; a recording of one verb %s µs, of 1000"
                        + " %s µs a verb\n",
                precision,
                ceiling.copied() * 1e-9,
                ceiling.size(),
                products,
                micros(ceiling.launch()),
                micros(ceiling.verb()));
    }

    private static String line(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /// Three digits at the least.
    private static String micros(double seconds) {
        double micros = seconds * 1e6;
        return micros >= 100 ? Text.of("%.0f", micros) : Text.of("%.3g", micros);
    }

    private static String times(double ratio) {
        return Double.isNaN(ratio) ? "–" : number(ratio) + "×";
    }

    private static String number(double value) {
        return value >= 10 ? Text.of("%.0f", value) : Text.of("%.2f", value);
    }
}
