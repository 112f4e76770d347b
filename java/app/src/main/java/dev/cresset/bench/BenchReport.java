package dev.cresset.bench;

import com.google.gson.JsonObject;
import dev.cresset.bench.Bench.Sizes;
import dev.cresset.tensor.Precision;
import java.util.List;
import java.util.Map;

/// What a benchmark found.
public final class BenchReport {
    private final String device;
    private final Sizes sizes;
    private final List<Row> rows;
    private final Map<Precision, Ceilings> ceilings;
    private final List<String> leftOut;
    private final boolean hasPeer;

    BenchReport(
            String device,
            Sizes sizes,
            List<Row> rows,
            Map<Precision, Ceilings> ceilings,
            List<String> leftOut,
            boolean hasPeer) {
        this.device = device;
        this.sizes = sizes;
        this.rows = List.copyOf(rows);
        this.ceilings = Map.copyOf(ceilings);
        this.leftOut = List.copyOf(leftOut);
        this.hasPeer = hasPeer;
    }

    /// Whether every row that was run computes well, and at least one was run.
    public boolean passed() {
        return rows.stream().noneMatch(Row::isFailed) && rows.stream().anyMatch(row -> row.gate() != null);
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
                "bench: %d of %d rows run, %d failed%s%s",
                run,
                rows.size(),
                failed.size(),
                failed.isEmpty() ? "" : ": " + String.join(", ", failed),
                alone == 0 ? "" : "; " + alone + " without a time of the peer");
    }

    /// For people: a table of the rows, the ceilings, and what is to be said.
    public String markdown() {
        return new BenchTable(hasPeer).write(heading(), rows, ceilings, leftOut) + "\n" + verdict() + "\n";
    }

    private String heading() {
        return device + (sizes == Sizes.SMALL ? "; small sizes, which show that it works and not how fast" : "");
    }

    /// For programs.
    public JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("device", device);
        json.addProperty("small_sizes", sizes == Sizes.SMALL);
        json.addProperty("passed", passed());
        json.addProperty("verdict", verdict());
        json.add("rows", BenchJson.rows(rows));
        json.add("ceilings", BenchJson.ceilings(ceilings));
        json.add("left_out", BenchJson.texts(leftOut));
        return json;
    }
}
