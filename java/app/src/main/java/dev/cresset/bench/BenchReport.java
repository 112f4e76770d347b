package dev.cresset.bench;

import com.google.gson.JsonObject;
import dev.cresset.bench.Bench.Sizes;
import dev.cresset.tensor.Precision;
import java.util.List;
import java.util.Map;

/// What a benchmark found.
public final class BenchReport {
    private final Agenda agenda;
    private final Sizes sizes;
    private final List<Row> rows;
    private final Map<Precision, Ceilings> ceilings;
    private final boolean hasPeer;

    BenchReport(Agenda agenda, Sizes sizes, List<Row> rows, Map<Precision, Ceilings> ceilings, boolean hasPeer) {
        this.agenda = agenda;
        this.sizes = sizes;
        this.rows = List.copyOf(rows);
        this.ceilings = Map.copyOf(ceilings);
        this.hasPeer = hasPeer;
    }

    /// Whether every row that was run computes well, and at least one was run where any can be.
    public boolean passed() {
        boolean some = rows.stream().anyMatch(row -> row.gate() != null)
                || !agenda.missing().isEmpty();
        return some && rows.stream().noneMatch(Row::isFailed);
    }

    /// One line: how many rows there are, and what failed.
    public String verdict() {
        long run = rows.stream().filter(row -> row.gate() != null).count();
        List<String> failed = rows.stream()
                .filter(Row::isFailed)
                .map(row -> row.workload().key() + " in " + row.precision())
                .toList();
        long alone = rows.stream()
                .filter(row ->
                        hasPeer && row.timing() != null && row.peer().seconds().isEmpty())
                .count();
        return Text.of(
                "bench: %d of %d rows run, %d failed%s%s%s",
                run,
                rows.size(),
                failed.size(),
                failed.isEmpty() ? "" : ": " + String.join(", ", failed),
                agenda.missing().isEmpty() ? "" : "; there is no GPU to run them on",
                alone == 0 ? "" : "; " + alone + " without a time of the peer");
    }

    /// For people: a table of the rows, the ceilings, and what is to be said.
    public String markdown() {
        String table = new BenchTable(hasPeer).write(heading(), rows, ceilings, agenda.leftOut());
        return table + "\n" + verdict() + "\n";
    }

    private String heading() {
        return agenda.device()
                + (sizes == Sizes.SMALL ? "; small sizes, which show that it works and not how fast" : "");
    }

    /// For programs.
    public JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("device", agenda.device());
        json.addProperty("small_sizes", sizes == Sizes.SMALL);
        json.addProperty("passed", passed());
        json.addProperty("verdict", verdict());
        json.add("rows", BenchJson.rows(rows));
        json.add("ceilings", BenchJson.ceilings(ceilings));
        json.add("left_out", BenchJson.texts(agenda.leftOut()));
        return json;
    }
}
