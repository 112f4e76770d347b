package dev.cresset.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.cresset.tensor.Precision;
import dev.cresset.train.StepWay;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A report as JSON; a number that is not known or not finite is null.
final class BenchJson {
    private BenchJson() {}

    static JsonArray rows(List<Row> rows) {
        JsonArray all = new JsonArray();
        rows.forEach(row -> all.add(row(row)));
        return all;
    }

    private static JsonObject row(Row row) {
        JsonObject json = new JsonObject();
        json.addProperty("workload", row.workload().name());
        json.addProperty("batch", row.workload().batch());
        json.addProperty("precision", row.precision().name());
        json.addProperty("state", row.isFailed() ? "failed" : row.gate() == null ? "not run" : "passed");
        json.addProperty("complaint", row.complaint());
        json.addProperty("note", row.note());
        Gate gate = row.gate();
        if (gate != null) {
            put(json, "loss_error", gate.lossError());
            put(json, "loss_error_allowed", gate.tolerance().loss());
            put(json, "gradient_error", gate.gradient().error());
            json.addProperty("gradient_error_in", gate.gradient().parameter());
            put(json, "gradient_error_allowed", gate.tolerance().gradient());
            json.addProperty("repeats", gate.repeats());
            put(json, "lot_difference", gate.lot());
            json.addProperty("reference", gate.reference());
        }
        StepWay way = row.way();
        if (way != null) {
            json.addProperty("tier", way.tier().name().toLowerCase(Locale.ROOT));
            json.addProperty("steps_at_once", way.stepsAtOnce());
            json.addProperty("data_on", way.residence().name().toLowerCase(Locale.ROOT));
            json.addProperty("steps", way.line());
        }
        Timing timing = row.timing();
        if (timing != null) {
            put(json, "step_us", timing.median() * 1e6);
            put(json, "min_us", timing.min() * 1e6);
            put(json, "max_us", timing.max() * 1e6);
            put(json, "host_us", timing.host() * 1e6);
            put(json, "java_bytes_per_step", timing.heapBytes());
            json.addProperty("blocks", timing.seconds().size());
            json.addProperty("steps_in_block", timing.inBlock());
            put(json, "samples_per_s", row.workload().batch() / timing.median());
            put(json, "tflops", row.workload().flops() / timing.median() * 1e-12);
            put(json, "share_of_ceiling", row.share());
            json.addProperty("bound_by", row.floor() == null ? "" : row.floor().binding());
        }
        peer(json, row);
        return json;
    }

    private static void peer(JsonObject json, Row row) {
        PeerResult peer = row.peer();
        json.addProperty("peer", peer.name());
        JsonObject modes = new JsonObject();
        peer.seconds().forEach((mode, seconds) -> put(modes, mode, seconds * 1e6));
        json.add("peer_us", modes);
        put(json, "times_eager", row.ratio(peer.eager()));
        put(json, "times_graph", row.ratio(peer.graph()));
        put(json, "times_best", row.ratio(peer.best()));
        json.addProperty("peer_best", peer.best().map(PeerResult.Mode::name).orElse(""));
        put(json, "peer_float64_difference", row.peerDifference());
        Goal goal = Goal.of(row.workload(), row.precision());
        put(json, "must", goal.must());
        put(json, "goal", goal.goal());
    }

    static JsonArray ceilings(Map<Precision, Ceilings> ceilings) {
        JsonArray all = new JsonArray();
        new TreeMap<>(ceilings).forEach((precision, ceiling) -> {
            JsonObject json = new JsonObject();
            json.addProperty("precision", precision.name());
            put(json, "copy_gb_per_s", ceiling.copied() * 1e-9);
            json.addProperty("product_size", ceiling.size());
            ceiling.products()
                    .forEach((layout, rate) ->
                            put(json, layout.name().toLowerCase(Locale.ROOT) + "_tflops", rate * 1e-12));
            put(json, "recording_of_1_us", ceiling.launch() * 1e6);
            put(json, "verb_of_1000_us", ceiling.verb() * 1e6);
            all.add(json);
        });
        return all;
    }

    static JsonArray texts(List<String> texts) {
        JsonArray all = new JsonArray();
        texts.forEach(all::add);
        return all;
    }

    private static void put(JsonObject json, String name, double value) {
        if (Double.isFinite(value)) {
            json.addProperty(name, value);
        } else {
            json.add(name, JsonNull.INSTANCE);
        }
    }
}
