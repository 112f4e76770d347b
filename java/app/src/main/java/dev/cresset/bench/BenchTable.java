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
    private static final String NONE = "–";

    /// @param ofPeer whether it has figures only where there is a peer
    private record Column(String name, boolean ofPeer, Function<Row, String> cell) {
        static Column ours(String name, Function<Row, String> cell) {
            return new Column(name, false, cell);
        }

        static Column peers(String name, Function<Row, String> cell) {
            return new Column(name, true, cell);
        }
    }

    private static final List<Column> COLUMNS = List.of(
            Column.ours("workload", row -> row.workload().key()),
            Column.ours("precision", row -> row.precision().toString()),
            Column.ours("step µs", timed(timing -> micros(timing.median()))),
            Column.ours("min – max", timed(timing -> micros(timing.min()) + " – " + micros(timing.max()))),
            Column.ours("host µs", timed(timing -> micros(timing.host()))),
            Column.peers("eager µs", row -> theirs(row.peer().eager())),
            Column.peers("graph µs", row -> theirs(row.peer().graph())),
            Column.peers("best µs (mode)", BenchTable::best),
            Column.peers("× eager", row -> times(row.ratio(row.peer().eager()))),
            Column.peers("× graph", row -> times(row.ratio(row.peer().graph()))),
            Column.peers("× best", row -> times(row.ratio(row.peer().best()))),
            Column.peers("must / goal", BenchTable::goal),
            Column.ours("of ceiling", BenchTable::ofCeiling),
            Column.ours(
                    "loss error",
                    row -> row.gate() == null
                            ? NONE
                            : Text.of("%.1e", row.gate().lossError())),
            Column.ours("gate", BenchTable::gate));

    private static final String LEGEND = """

            Step: median time of a whole training step, over blocks of steps; host: what the calling thread spends on \
            one. Of ceiling: the time that the step's products or bytes take at this device's measured rates, by that \
            of the step. Loss error: the largest relative difference of ten losses from float64's; gate: whether that, \
            the gradients, a second run's bits and many steps at once are as they must be.
            """;

    private static final String WITH_PEER = """
            A ratio is the peer's time by ours, medians both; eager and graph are the peer's faster mode of the kind. \
            Must and goal are the ratios to best that this library sets itself on a GPU of the class of an H100.
            """;

    private static final String WITHOUT_PEER = "Another library's times stand beside these with --peer.\n";

    String write(String heading, List<Row> rows, Map<Precision, Ceilings> ceilings, List<String> leftOut) {
        List<Column> columns =
                COLUMNS.stream().filter(column -> hasPeer || !column.ofPeer()).toList();
        StringBuilder text = new StringBuilder(heading + "\n\n");
        text.append(line(columns.stream().map(Column::name).toList()));
        text.append(line(columns.stream().map(column -> "---").toList()));
        for (Row row : rows) {
            text.append(line(
                    columns.stream().map(column -> column.cell().apply(row)).toList()));
        }
        text.append(LEGEND).append(hasPeer ? WITH_PEER : WITHOUT_PEER);
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

    private static Function<Row, String> timed(Function<Timing, String> words) {
        return row -> row.timing() == null ? NONE : words.apply(row.timing());
    }

    private static String theirs(Optional<PeerResult.Mode> mode) {
        return mode.map(found -> micros(found.seconds())).orElse(NONE);
    }

    private static String best(Row row) {
        return row.peer()
                .best()
                .map(mode -> micros(mode.seconds()) + " (" + mode.name() + ")")
                .orElse(NONE);
    }

    private static String goal(Row row) {
        Goal goal = Goal.of(row.workload(), row.precision());
        return goal.isSet() ? number(goal.must()) + " / " + number(goal.goal()) : NONE;
    }

    private static String ofCeiling(Row row) {
        return row.floor() == null
                ? NONE
                : Text.of("%.1f %% (%s)", 100 * row.share(), row.floor().binding());
    }

    private static String gate(Row row) {
        return row.isFailed() ? "FAILED" : row.gate() == null ? "not run" : "passed";
    }

    private static String line(Precision precision, Ceilings ceiling) {
        String products = ceiling.products().entrySet().stream()
                .map(entry -> Text.of(
                        "%s %.3g",
                        entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '), entry.getValue() * 1e-12))
                .collect(Collectors.joining(", "));
        return Text.of(
                "- ceilings in %s: copy %.3g GB/s; TFLOP/s of %d³ products: %s; a recording of one verb takes %s µs,"
                        + " of 1000 %s µs a verb\n",
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
        return Double.isNaN(ratio) ? NONE : number(ratio) + "×";
    }

    private static String number(double value) {
        return value >= 10 ? Text.of("%.0f", value) : Text.of("%.2f", value);
    }
}
