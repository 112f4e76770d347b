package dev.cresset.train;

import dev.cresset.backend.Parameters;
import dev.cresset.nn.Layer;
import org.jspecify.annotations.Nullable;

/// Keeps the best model that early stopping has seen.
final class Best {
    private final @Nullable EarlyStopping rule;
    private double figure;
    private int epoch;
    private int without;
    private Parameters.@Nullable Snapshot snapshot;

    Best(@Nullable EarlyStopping rule) {
        this.rule = rule;
        this.figure = rule == null ? 0 : rule.metric().worst();
    }

    /// Looks at an epoch that has just ended.
    void see(EpochReport report, Layer model) {
        if (snapshot == null) {
            epoch = report.epoch();
        }
        if (rule != null && report.validation() != null) {
            double now = report.validation().get(rule.metric());
            if (snapshot == null || Double.isNaN(figure) || rule.metric().improves(now, figure, rule.margin())) {
                figure = now;
                epoch = report.epoch();
                without = 0;
                snapshot = model.parameters().snapshot();
            } else {
                without++;
            }
        }
    }

    /// Whether patience has run out.
    boolean isExhausted() {
        return rule != null && without >= rule.patience();
    }

    /// The epoch that was best, or the last one where nothing was compared.
    int epoch() {
        return epoch;
    }

    /// Gives the model the numbers of its best epoch.
    void restore(Layer model) {
        if (snapshot != null) {
            model.parameters().restore(snapshot);
        }
    }
}
