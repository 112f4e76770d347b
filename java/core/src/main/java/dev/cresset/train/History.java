package dev.cresset.train;

import java.util.List;

/// What a run did.
///
/// @param epochs one report for each epoch that was begun
/// @param end why it ended
/// @param keptEpoch the epoch whose model was kept, from 1 on: with early stopping the best one, else the last
/// @param seconds how long it took
public record History(List<EpochReport> epochs, End end, int keptEpoch, double seconds) {
    /// Why a run ended.
    public enum End {
        /// All epochs were done.
        COMPLETED,
        /// It got no better.
        STOPPED_EARLY,
        /// Somebody called [Trainer#cancel()].
        CANCELLED
    }

    public History {
        epochs = List.copyOf(epochs);
    }

    /// The report of the epoch whose model was kept.
    ///
    /// @throws IllegalStateException if the run was cancelled before its first epoch
    public EpochReport kept() {
        if (epochs.isEmpty()) {
            throw new IllegalStateException("This run was cancelled before its first epoch: it has no report.");
        }
        return epochs.get(keptEpoch - 1);
    }
}
