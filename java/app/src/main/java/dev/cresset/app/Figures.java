package dev.cresset.app;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.cresset.train.Evaluation;
import dev.cresset.train.Metric;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Figures as text and as JSON.
final class Figures {
    private Figures() {}

    /// `loss 0.1234, accuracy 0.9800`, with `prefix` before the first word.
    static String text(Evaluation evaluation) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "loss %.4g", evaluation.loss()));
        append(text, evaluation, Metric.ACCURACY, ", accuracy %.4f");
        append(text, evaluation, Metric.MSE, ", MSE %.4g");
        append(text, evaluation, Metric.R2, ", R2 %.4f");
        return text.toString();
    }

    private static void append(StringBuilder text, Evaluation evaluation, Metric metric, String format) {
        if (evaluation.figures().containsKey(metric)) {
            text.append(String.format(Locale.ROOT, format, evaluation.get(metric)));
        }
    }

    /// Adds `PREFIXloss`, `PREFIXaccuracy`, `PREFIXmse` and `PREFIXr2`, null where the task has no such figure.
    static void add(JsonObject json, String prefix, @Nullable Evaluation evaluation) {
        for (Metric metric : Metric.values()) {
            Double value = evaluation == null ? null : evaluation.figures().get(metric);
            add(json, prefix + metric.name().toLowerCase(Locale.ROOT), value);
        }
    }

    /// Adds a number; JSON has none for NaN and the infinities, so they are null.
    static void add(JsonObject json, String name, @Nullable Double value) {
        if (value == null || !Double.isFinite(value)) {
            json.add(name, JsonNull.INSTANCE);
        } else {
            json.addProperty(name, value);
        }
    }

    static String line(JsonObject json) {
        return new GsonBuilder().serializeNulls().disableHtmlEscaping().create().toJson(json);
    }
}
