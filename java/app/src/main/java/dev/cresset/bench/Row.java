package dev.cresset.bench;

import dev.cresset.tensor.Precision;
import dev.cresset.train.StepWay;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One workload in one precision, as far as it came.
///
/// @param gate null if the run did not come so far
/// @param way how its steps were done; null if nothing was timed
/// @param timing null if nothing was timed
/// @param floor null if nothing was timed
/// @param peerDifference of the peer's float64 losses from ours; NaN if they were not compared
/// @param complaint why this row failed; empty if it did not
/// @param note what else is to be said; empty if nothing is
record Row(
        Workload workload,
        Precision precision,
        @Nullable Gate gate,
        @Nullable StepWay way,
        @Nullable Timing timing,
        Ceilings.@Nullable Floor floor,
        PeerResult peer,
        double peerDifference,
        String complaint,
        String note) {
    static Row notRun(Workload workload, Precision precision, String why) {
        return new Row(workload, precision, null, null, null, null, PeerResult.NONE, Double.NaN, "", "not run: " + why);
    }

    static Row failed(Workload workload, Precision precision, String why) {
        return new Row(workload, precision, null, null, null, null, PeerResult.NONE, Double.NaN, why, "");
    }

    boolean isFailed() {
        return !complaint.isEmpty();
    }

    /// Peer's time by ours; NaN without one of them. A step that computes wrongly has no ratio.
    double ratio(Optional<PeerResult.Mode> mode) {
        return timing == null || mode.isEmpty() || isFailed()
                ? Double.NaN
                : mode.get().seconds() / timing.median();
    }

    /// Share of what the measured ceilings allow; NaN if it was not timed.
    double share() {
        return timing == null || floor == null ? Double.NaN : floor.seconds() / timing.median();
    }
}
