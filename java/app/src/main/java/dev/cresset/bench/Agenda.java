package dev.cresset.bench;

import dev.cresset.backend.Choice;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.bench.Bench.Plan;
import dev.cresset.bench.Bench.Sizes;
import dev.cresset.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a plan comes to on this machine.
///
/// @param device in words, with the reason why it was taken
/// @param cells what to run, in this order
/// @param leftOut what is not run though it could be asked for, a line each
/// @param missing why none of the cells can be run here; empty if they can
record Agenda(String device, List<Cell> cells, List<String> leftOut, String missing) {
    /// One row: a workload in a precision.
    record Cell(Workload workload, Precision precision) {}

    /// Looks which of the precisions that are wanted the device has. Where they are GPUs' own and `auto` finds no GPU,
    /// nothing is run and [#missing] says why; a device that was asked for by its name has to be there.
    ///
    /// @throws DeviceUnavailableException if the device cannot be used
    /// @throws IllegalArgumentException if its name is not known, or it has nothing to run
    static Agenda of(Plan plan) {
        List<Precision> wanted =
                plan.precisions().isEmpty() ? List.of(Precision.values()) : List.copyOf(plan.precisions());
        Offer offer = new Offer();
        wanted.forEach(precision -> offer.ask(plan, precision));
        if (offer.first == null) {
            if (!plan.device().equalsIgnoreCase("auto") || !wanted.stream().allMatch(Precision::isOfGpusOnly)) {
                throw offer.refusals.getFirst();
            }
            String missing = offer.refusals.getFirst().getMessage();
            return new Agenda("no device", cells(plan, workloads(plan), wanted), List.of(), missing);
        }
        List<String> leftOut = new ArrayList<>();
        leftOut.addAll(offer.refused(offer.first.device().name()));
        List<Workload> workloads = workloads(plan);
        if (!Scale.isGpu(offer.first.device()) && plan.workloads().isEmpty() && plan.sizes() == Sizes.FULL) {
            workloads = Workloads.named(workloads, List.of("toy", "mnist"));
            leftOut.add("narrow and wide: on a CPU they take minutes; name them with --workloads to run them");
        }
        List<Cell> cells = cells(plan, workloads, offer.taken);
        if (cells.isEmpty()) {
            throw new IllegalArgumentException("Nothing is run in " + names(offer.taken)
                    + " unless asked for, and device " + offer.first.device().name()
                    + " has nothing else: add --precisions, or use auto, cpu, cuda or cuda:N.");
        }
        return new Agenda(offer.first.reason(), cells, leftOut, "");
    }

    /// What a device answers, precision by precision.
    private static final class Offer {
        private final List<Precision> taken = new ArrayList<>();
        private final List<Precision> refused = new ArrayList<>();
        private final List<RuntimeException> refusals = new ArrayList<>();
        private @Nullable Choice first;

        private void ask(Plan plan, Precision precision) {
            try {
                Choice choice = Choice.named(plan.device(), precision, plan.cpu());
                choice.device().close();
                first = first == null ? choice : first;
                taken.add(precision);
            } catch (DeviceUnavailableException | IllegalArgumentException e) {
                refused.add(precision);
                refusals.add(e);
            }
        }

        /// GPUs' own precisions in one line; another that is refused says why, for the options do it.
        private List<String> refused(String device) {
            List<Precision> ofGpus =
                    refused.stream().filter(Precision::isOfGpusOnly).toList();
            List<String> lines = new ArrayList<>();
            if (!ofGpus.isEmpty()) {
                lines.add(names(ofGpus) + ": not on " + device);
            }
            for (int i = 0; i < refused.size(); i++) {
                if (!refused.get(i).isOfGpusOnly()) {
                    lines.add(refused.get(i) + ": " + refusals.get(i).getMessage());
                }
            }
            return lines;
        }
    }

    private static List<Workload> workloads(Plan plan) {
        return plan.workloads().isEmpty() ? Workloads.of(plan.sizes()) : plan.workloads();
    }

    /// Workload by workload, so that what is not reached is whole.
    private static List<Cell> cells(Plan plan, List<Workload> workloads, List<Precision> offered) {
        List<Cell> cells = new ArrayList<>();
        for (Workload workload : workloads) {
            for (Precision precision : offered) {
                if (plan.precisions().contains(precision)
                        || plan.precisions().isEmpty() && workload.runsIn(precision)) {
                    cells.add(new Cell(workload, precision));
                }
            }
        }
        return cells;
    }

    private static String names(List<Precision> precisions) {
        return precisions.stream().map(Precision::toString).collect(Collectors.joining(", "));
    }
}
