package dev.cresset.bench;

import dev.cresset.backend.Choice;
import dev.cresset.backend.CpuOptions;
import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.bench.Agenda.Cell;
import dev.cresset.tensor.Precision;
import dev.cresset.train.StepWay;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs workloads on a device, one precision after the other: first the [Gate], then whole training steps, with the
/// peer's between two halves of ours, so that both see the same machine.
public final class Bench {
    /// Of a peer's part of the budget: starting and checking take about so many seconds.
    private static final double LEAST_FOR_PEER = 20;

    /// How far the float64 losses of two libraries may differ that run the same.
    private static final double SAME = 1e-9;

    private final Plan plan;
    private final Agenda agenda;
    private final Consumer<String> say;
    private final long begin = System.nanoTime();
    private final Reference.Cache references = new Reference.Cache();
    private final Map<Precision, Ceilings> ceilings = new EnumMap<>(Precision.class);
    private final Map<String, PeerResult> peers = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();

    /// What to run.
    ///
    /// @param device its name, as a user gives it
    /// @param cpu options of the CPU; another device refuses them
    /// @param workloads empty for those that suit the device
    /// @param precisions empty for those that each workload is usually run in, where the device has them
    /// @param budget seconds after which nothing new begins
    public record Plan(
            String device,
            CpuOptions cpu,
            List<Workload> workloads,
            Set<Precision> precisions,
            double budget,
            Optional<Peer> peer,
            Parts parts,
            Sizes sizes) {}

    /// What of it to do.
    public enum Parts {
        CHECKS,
        CHECKS_AND_TIMES
    }

    /// Which sizes to do it in.
    public enum Sizes {
        FULL,
        SMALL
    }

    /// @param say takes a line whenever something begins
    /// @throws DeviceUnavailableException if the device cannot be used
    /// @throws IllegalArgumentException if its name is not known, or it has nothing to run
    public Bench(Plan plan, Consumer<String> say) {
        this.plan = plan;
        this.agenda = Agenda.of(plan);
        this.say = say;
    }

    /// Runs everything.
    public BenchReport run() {
        List<Cell> cells = agenda.cells();
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            double left = plan.budget - (System.nanoTime() - begin) * 1e-9;
            Row row;
            if (!agenda.missing().isEmpty()) {
                row = Row.notRun(cell.workload(), cell.precision(), agenda.missing());
            } else if (left <= 0) {
                row = Row.notRun(cell.workload(), cell.precision(), "the budget is used up");
            } else {
                say.accept(cell.workload().key() + " in " + cell.precision());
                row = run(cell, left / (cells.size() - i));
            }
            rows.add(row);
            if (row.isFailed()) {
                say.accept("  FAILED: " + row.complaint());
            }
        }
        return new BenchReport(agenda, plan.sizes, rows, ceilings, plan.peer.isPresent());
    }

    private Device open(Precision precision) {
        return Choice.named(plan.device, precision, plan.cpu).device();
    }

    private Row run(Cell cell, double budget) {
        try (Device device = open(cell.precision())) {
            int together = Scale.isGpu(device) ? cell.workload().together() : 1;
            // For a GPU as many batches as its caches do not hold.
            int batches = Scale.isGpu(device) ? cell.workload().pool() : Reference.STEPS;
            Reference reference = references.of(cell.workload(), device);
            try (Trainee trainee = new Trainee(cell.workload(), device, batches)) {
                return run(cell, trainee, reference, together, batches, budget);
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            return Row.failed(cell.workload(), cell.precision(), e.toString());
        }
    }

    private Row run(Cell cell, Trainee trainee, Reference reference, int together, int batches, double budget) {
        Device device = trainee.device();
        Gate gate = gate(cell, trainee, reference, together);
        if (plan.parts == Parts.CHECKS) {
            return row(cell, reference, gate, null, null, null, peer(cell, Peer.Part.CHECK, budget));
        }
        Scale scale = plan.sizes == Sizes.SMALL ? Scale.SMALL : Scale.of(device);
        Ceilings ceiling = ceilings.computeIfAbsent(cell.precision(), p -> Ceilings.of(device, scale));
        Timing.Plan half = scale.plan().halved();
        try (Steps steps = trainee.steps(together, batches)) {
            StepWay way = steps.way();
            say.accept("  steps: " + way.line());
            Timing.warm(steps, scale.warmSeconds());
            Timing before = Timing.of(steps, together, half);
            PeerResult peer = peer(cell, Peer.Part.CHECK_AND_TIME, budget);
            Timing timing = before.and(Timing.of(steps, together, half));
            return Double.isFinite(steps.loss())
                    ? row(
                            cell,
                            reference,
                            gate,
                            way,
                            timing,
                            ceiling.floor(cell.workload(), cell.workload().bytes(cell.precision())),
                            peer)
                    : Row.failed(cell.workload(), cell.precision(), "the loss is not finite after timing");
        }
    }

    private static Gate gate(Cell cell, Trainee trainee, Reference reference, int together) {
        if (reference.workload().equals(cell.workload())) {
            return Gate.of(trainee, reference, together);
        }
        try (Trainee fewer = new Trainee(reference.workload(), trainee.device(), reference.steps())) {
            return Gate.of(fewer, reference, Math.min(together, reference.steps()));
        }
    }

    private PeerResult peer(Cell cell, Peer.Part part, double budget) {
        if (plan.peer.isEmpty()) {
            return PeerResult.NONE;
        }
        // Two of our precisions may stand beside one of the peer's.
        String key = cell.workload().key() + " in " + Peer.precisionOf(cell.precision());
        double seconds = Math.max(LEAST_FOR_PEER, 0.8 * budget);
        return peers.computeIfAbsent(key, k -> plan.peer.get().run(cell.workload(), cell.precision(), part, seconds));
    }

    private static Row row(
            Cell cell,
            Reference reference,
            Gate gate,
            @Nullable StepWay way,
            @Nullable Timing timing,
            Ceilings.@Nullable Floor floor,
            PeerResult peer) {
        double difference = reference.difference(cell.workload(), peer.losses().getOrDefault("fp64", List.of()));
        String other = difference > SAME
                ? Text.of(
                        "the peer's float64 losses differ from ours by %.1e, allowed %.0e: it runs something else",
                        difference, SAME)
                : "";
        return new Row(
                cell.workload(),
                cell.precision(),
                gate,
                way,
                timing,
                floor,
                peer,
                difference,
                join(gate.complaint(), other),
                peer.trouble().isEmpty() ? "" : "peer: " + peer.trouble());
    }

    private static String join(String one, String other) {
        return one.isEmpty() || other.isEmpty() ? one + other : one + "; " + other;
    }
}
