package dev.cresset.train;

import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.step.Draw;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.backend.step.Update;
import dev.cresset.data.Batches;
import dev.cresset.data.Dataset;
import dev.cresset.data.Remainder;
import dev.cresset.loss.Loss;
import dev.cresset.nn.Layer;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.RowOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Chooses, for each batch shape of a run, the way its steps take: where the data is, and which tier of the device.
final class StepChoice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);
    /// Data that is kept on the device of its own accord leaves one part in so many of its size free there.
    private static final int SHARE = 3;

    private final Layer model;
    private final Loss loss;
    private final SGD optimizer;
    private final Feed feed;
    private final Progress progress;
    private final Tier tier;
    private final int stepsAtOnce;
    private final @Nullable ResidentData data;
    private final String whereabouts;
    private final List<TrainingListener> listeners;
    private final Map<Integer, Chosen> chosen = new HashMap<>();
    private @Nullable StreamedFeed stream;

    StepChoice(Trainer.Plan plan, SGD optimizer, Feed feed, Progress progress) {
        this.model = plan.model();
        this.loss = plan.loss();
        this.optimizer = optimizer;
        this.feed = feed;
        this.progress = progress;
        this.tier = plan.tier();
        this.stepsAtOnce = plan.stepsAtOnce();
        this.listeners = plan.listeners();
        this.data = data(model.device(), feed.batches().dataset(), plan.residence());
        this.whereabouts = data != null
                ? "data on " + model.device().name()
                : "batches from the host, " + reason(model.device(), plan.residence());
    }

    private static @Nullable ResidentData data(Device device, Dataset dataset, Residence residence) {
        if (residence == Residence.HOST || residence == Residence.AUTO && !device.hasOwnMemory()) {
            return null;
        }
        try {
            ResidentData data = ResidentData.of(device, dataset);
            long free = device.freeBytes();
            if (residence == Residence.DEVICE || free >= data.bytes() / SHARE) {
                return data;
            }
            data.close();
            LOG.warn(
                    "The data stays on the host, which sends each batch: its {} bytes would leave {} free on {}, and"
                            + " training needs room too. Residence DEVICE takes it all the same.",
                    data.bytes(),
                    free,
                    device);
        } catch (DeviceMemoryException e) {
            if (residence == Residence.DEVICE) {
                throw e;
            }
            LOG.warn("The data stays on the host, which sends each batch: {}", e.getMessage());
        }
        return null;
    }

    /// Why the data is on the host.
    private static String reason(Device device, Residence residence) {
        if (!device.hasOwnMemory()) {
            return "in whose memory " + device.name() + " works";
        }
        return residence == Residence.HOST ? "as was asked for" : "as " + device.name() + " has no room for the data";
    }

    /// Chooses now, for each number of rows that a batch has, where a tier was asked for that may not fit: before the
    /// first step rather than at a later batch.
    ///
    /// @throws IllegalArgumentException if it does not fit
    void requireTier() {
        if (tier != Tier.AUTO && tier != Tier.COMPOSED) {
            Batches batches = feed.batches();
            steps(batches.rows(0));
            steps(batches.rows(batches.count() - 1));
        }
    }

    /// The steps for batches of `rows`.
    Steps steps(int rows) {
        Chosen before = chosen.get(rows);
        if (before == null || !before.modes.areKept()) {
            if (before != null) {
                chosen.remove(rows);
                before.steps.close();
            }
            Steps now = choose(rows);
            chosen.put(rows, new Chosen(now, model.modes()));
            StepWay way = way(now);
            listeners.forEach(listener -> listener.onSteps(rows, way));
            return now;
        }
        return before.steps;
    }

    /// Steps, and the modes of the model's parts that they were chosen for.
    private record Chosen(Steps steps, Layer.Modes modes) {}

    /// How many steps of this way are submitted at once.
    int atOnce(Steps steps) {
        return stepsAtOnce == 0 ? steps.atOnce() : Math.min(stepsAtOnce, Progress.RING);
    }

    /// How these steps are done.
    StepWay way(Steps steps) {
        int atOnce = atOnce(steps);
        String text = "%s: %s, %s; %s"
                .formatted(
                        name(steps.tier()),
                        atOnce == 1 ? "one step at a time" : "up to " + atOnce + " steps at once",
                        whereabouts,
                        steps.description());
        return new StepWay(steps.tier(), data == null ? Residence.HOST : Residence.DEVICE, atOnce, text);
    }

    private static String name(Tier tier) {
        return tier.name().toLowerCase(Locale.ROOT);
    }

    private Steps choose(int rows) {
        List<String> reasons = new ArrayList<>();
        if (tier != Tier.COMPOSED) {
            Optional<StepPlan> plan = plan(rows, reasons);
            Optional<StepProgram> program = plan.flatMap(p -> model.device().program(p, tier, reasons));
            if (program.isPresent()) {
                return new ProgramSteps(program.get(), optimizer);
            }
            if (tier != Tier.AUTO) {
                throw new IllegalArgumentException("The tier " + name(tier) + " was asked for, but does not fit: "
                        + String.join(" ", reasons) + " The tier auto takes what fits.");
            }
            return composed(rows, String.join(" ", reasons));
        }
        return composed(rows, "");
    }

    private Optional<StepPlan> plan(int rows, List<String> reasons) {
        Optional<Update> update = optimizer.update();
        if (data == null || update.isEmpty()) {
            if (!model.device().hasOwnMemory()) {
                reasons.add(model.device() + " does training steps verb by verb only.");
            } else if (data == null) {
                reasons.add("The data is on the host, which sends each batch.");
            } else {
                reasons.add("The optimizer trains groups of parameters differently.");
            }
            return Optional.empty();
        }
        Batches batches = feed.batches();
        int inputs = batches.dataset().inputs();
        return Optional.of(new StepPlan(
                rows,
                inputs,
                model.stages(rows),
                feed.targetColumns(),
                loss.objective(rows, model.outputs(inputs)),
                update.get(),
                new Draw(data.features(), data.targets(), batches.order(), progress.batch()),
                progress.ring()));
    }

    private Steps composed(int rows, String reasons) {
        if (data == null) {
            return new HostSteps(stream(), place -> recorded(place, () -> {}), reasons);
        }
        Device device = model.device();
        Batch batch = feed.batch(device, rows);
        Runnable drawing = () -> device.ops()
                .draw(
                        data.features(),
                        data.targets(),
                        feed.batches().order(),
                        progress.batch(),
                        batch.x(),
                        batch.target());
        return new ResidentSteps(recorded(batch, drawing), device.stepsAtOnce(), data, reasons);
    }

    /// With batches of its own: they are read by another thread.
    private StreamedFeed stream() {
        if (stream == null) {
            Batches batches = feed.batches();
            RowOrder order = batches.order();
            Remainder remainder = batches.count() * (long) batches.batchSize()
                            > batches.dataset().size()
                    ? Remainder.KEEP
                    : Remainder.DROP;
            stream = new StreamedFeed(
                    new Batches(batches.dataset(), batches.batchSize(), order.kind(), order.seed(), remainder),
                    loss,
                    model.device(),
                    0,
                    Integer.MAX_VALUE);
        }
        return stream;
    }

    private RecordedSteps recorded(Batch batch, Runnable drawing) {
        return new RecordedSteps(model, loss, optimizer, batch, progress, drawing);
    }

    @Override
    public void close() {
        try (ResidentData _ = data;
                StreamedFeed _ = stream) {
            chosen.values().forEach(choice -> choice.steps.close());
        }
    }
}
