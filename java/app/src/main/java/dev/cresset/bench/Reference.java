package dev.cresset.bench;

import dev.cresset.backend.Device;
import dev.cresset.tensor.Precision;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The float64 steps that others are compared with.
///
/// @param workload what was run: with fewer rows where the whole would take too long
/// @param where which device ran it, for people
record Reference(Workload workload, Trajectory truth, String where) {
    /// Steps compared.
    static final int STEPS = 10;

    /// More than this takes a CPU minutes in float64.
    private static final double MOST_FLOPS = 2e11;

    private static final int FEW_ROWS = 64;
    private static final int FEW_STEPS = 2;

    int steps() {
        return truth.losses().size();
    }

    /// The largest relative difference of another library's float64 losses of `other` from these; NaN if there are
    /// none, or if this is not that workload but a smaller one.
    double difference(Workload other, List<Double> losses) {
        int common = Math.min(losses.size(), steps());
        return !workload.equals(other) || common == 0 ? Double.NaN : truth.lossError(losses.subList(0, common));
    }

    /// The references of a run, each computed once.
    static final class Cache {
        private record Key(Workload workload, int steps, String device) {}

        private final Map<Key, Reference> known = new HashMap<>();

        /// The one for a workload on `device`: the CPU's in float64, or the GPU's own in float64 where the CPU would
        /// take too long, or a smaller case on the CPU; for the CPU in float64 itself, the reference device's.
        Reference of(Workload workload, Device device) {
            boolean itself = device.precision() == Precision.FP64;
            boolean gpu = device.name().startsWith("cuda");
            if (itself && !gpu) {
                return get(workload, STEPS, "reference");
            }
            if (workload.flops() * STEPS <= MOST_FLOPS) {
                return get(workload, STEPS, "cpu");
            }
            return gpu && !itself
                    ? get(workload, STEPS, device.name())
                    : get(workload.withBatch(FEW_ROWS), FEW_STEPS, "cpu");
        }

        private Reference get(Workload workload, int steps, String name) {
            Key key = new Key(workload, steps, name);
            Reference reference = known.get(key);
            if (reference == null) {
                try (Device device = Device.open(name, Precision.FP64)) {
                    String where = Text.of(
                            "%s, %s, %d steps", device.toString().toLowerCase(Locale.ROOT), workload.key(), steps);
                    reference = new Reference(workload, Trajectory.of(workload, device, steps), where);
                }
                known.put(key, reference);
            }
            return reference;
        }
    }
}
