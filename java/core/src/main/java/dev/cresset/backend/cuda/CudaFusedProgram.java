package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Recording;
import dev.cresset.backend.step.Objective;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.backend.step.Update;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A step as a few launches: a library's products, and between them kernels that do all the rest of a layer at once.
/// Many steps are one graph. The first step is submitted launch by launch, so that a library has met every product
/// before one is recorded.
final class CudaFusedProgram implements StepProgram {
    private final CudaBackend device;
    private final StepPlan plan;
    private final CudaFusedMemory memory;
    private final CudaFusedLt lt;
    private final CudaFusedMerge merge;
    private final List<CudaFusedLine> lines;
    private final Map<Integer, Recording> recordings = new HashMap<>();
    private boolean begun;
    private boolean closed;

    private CudaFusedProgram(CudaBackend device, StepPlan plan, long leastToMerge) {
        this.device = device;
        this.plan = plan;
        this.merge = new CudaFusedMerge(plan.update(), leastToMerge);
        this.memory = new CudaFusedMemory(device, plan);
        this.lt = new CudaFusedLt(device, memory);
        try {
            lt.plan();
            CudaFusedLines written = new CudaFusedLines(device, plan, memory, lt);
            CudaFusedForward forward = new CudaFusedForward(written);
            forward.add();
            new CudaFusedBackward(written, merge).add();
            noteMerged();
            update(written);
            this.lines = written.all();
            synchronized (device.context()) {
                device.context().enter();
                if (memory.divisorRule() != 2) {
                    forward.submitDivisor();
                }
            }
        } catch (RuntimeException e) {
            lt.close();
            memory.close();
            throw e;
        }
    }

    /// The program of a plan that fits.
    ///
    /// @param reasons gets a sentence if it does not
    static Optional<StepProgram> of(StepPlan plan, CudaBackend device, List<String> reasons) {
        return of(plan, device, reasons, CudaFusedMerge.LEAST);
    }

    /// @param leastToMerge elements from which on a weight's gradient goes straight into its velocity
    static Optional<StepProgram> of(StepPlan plan, CudaBackend device, List<String> reasons, long leastToMerge) {
        if (device.precision() == Precision.FP64) {
            reasons.add("The fused tier computes on float32 numbers, found " + device.precision() + ".");
            return Optional.empty();
        }
        return CudaFusedLayer.knows(plan, reasons)
                ? Optional.of(new CudaFusedProgram(device, plan, leastToMerge))
                : Optional.empty();
    }

    private void noteMerged() {
        Tensor values = plan.update().parameters().values();
        byte[] slots = new byte[values.rows()];
        memory.layers().forEach(layer -> {
            if (layer.way() != CudaFusedLayer.Way.CLASSES) {
                merge.note(layer.affine().weight(), slots, values.columns());
            }
        });
        memory.merged().write(0, slots, 0, slots.length);
    }

    private void update(CudaFusedLines written) {
        Update update = plan.update();
        Tensor values = update.parameters().values();
        Tensor velocity = update.velocity();
        long bytes = (velocity == null ? 3 : 5) * values.size() * Float.BYTES;
        double scale = plan.objective() instanceof Objective.Elements elements ? elements.scale() : 1;
        written.addBytes("update of " + values.size() + " numbers, loss, counters: stepUpdate", 1, bytes, () -> {
            device.noteUse(memory.merged(), memory.merged().memory());
            CudaLaunch launch = device.engine()
                    .launch()
                    .of(Kernel.STEP_UPDATE)
                    .with(update.parameters().gradients())
                    .with(update.hyper())
                    .with(memory.now())
                    .with(memory.partials())
                    .with(memory.divisor())
                    .address(memory.merged().memory().address());
            launch = velocity == null ? launch.address(0) : launch.with(velocity);
            launch.with(values).with(plan.ring()).with(update.step());
            launch.with(plan.draw().batch()).real(scale).number(form(update));
            launch.size(memory.partialsCount()).size(plan.ring().columns()).size(values.size());
            launch.run(CudaGrid.elements(values.size() / 4), 1);
        });
    }

    private static int form(Update update) {
        if (update.velocity() == null) {
            return 0;
        }
        return update.form() == MomentumForm.NESTEROV ? 2 : 1;
    }

    @Override
    public synchronized void run(int steps) {
        if (closed) {
            throw new ClosedException("This program of training steps on " + device + " has been closed.");
        }
        device.requireUsable("train");
        int left = steps;
        if (left > 0 && !begun) {
            submit();
            begun = true;
            left--;
        }
        for (; left > 0; left -= Math.min(left, stepsAtOnce())) {
            recording(Math.min(left, stepsAtOnce())).replay();
        }
    }

    private Recording recording(int steps) {
        Recording known = recordings.get(steps);
        if (known != null) {
            return known;
        }
        Recording made = device.record(() -> {
            for (int i = 0; i < steps; i++) {
                submit();
            }
        });
        recordings.put(steps, made);
        return made;
    }

    /// Submits one step.
    private void submit() {
        synchronized (device.context()) {
            device.context().enter();
            for (CudaFusedLine line : lines) {
                line.submission().run();
            }
        }
    }

    @Override
    public Tier tier() {
        return Tier.FUSED;
    }

    @Override
    public String description() {
        int launches = lines.stream().mapToInt(CudaFusedLine::launches).sum();
        long bytes = lines.stream().mapToLong(CudaFusedLine::bytes).sum();
        String all = "batch %d: %d launches, %,d bytes a step; up to %d steps a launch"
                .formatted(plan.rows(), launches, bytes, stepsAtOnce());
        return lines.stream()
                .filter(line -> line.launches() > 0)
                .map(CudaFusedLine::toString)
                .collect(Collectors.joining("\n  ", all + "\n  ", ""));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            recordings.values().forEach(Recording::close);
            lt.close();
            memory.close();
        }
    }
}
