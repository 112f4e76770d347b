package dev.cresset.app;

import dev.cresset.train.History;

/// How a training run ended, in words.
final class RunEnd {
    private RunEnd() {}

    /// The beginning of `TEXT after epoch N`, where N is the epoch whose model was kept.
    static String text(History history) {
        boolean keptLast = history.keptEpoch() == history.epochs().size();
        return switch (history.end()) {
            case COMPLETED -> keptLast ? "done" : "done; the best model is that";
            case STOPPED_EARLY -> "stopped early; the best model is that";
            case CANCELLED -> keptLast ? "interrupted; the model is that" : "interrupted; the best model is that";
        };
    }
}
