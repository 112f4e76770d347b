package dev.cresset.backend.cuda;

import dev.cresset.backend.Arena;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.step.Draw;
import dev.cresset.backend.step.Objective;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.backend.step.Update;
import dev.cresset.kernels.Kernel;
import dev.cresset.kernels.Real;
import dev.cresset.tensor.RowOrder;
import dev.cresset.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// A step of a narrow net as two kernels: tiles of samples go forward and back without leaving the chip, then the
/// blocks' gradients are added and the optimizer steps. Many steps are one graph.
///
/// Factors of products are rounded to the device's precision where they come to be, outputs and deltas of layers too;
/// `step_narrow.cu` says what exactly is computed, and in which order it is added.
final class CudaNarrowProgram implements StepProgram {
    private final CudaBackend device;
    private final StepPlan plan;
    private final CudaNarrowLayout layout;
    private final Arena arena;
    private final CudaCodes tables;
    private final long classWeights;
    private final CudaFusedRuns runs;
    private Tensor now;
    private Tensor partials;
    private Tensor sums;

    private CudaNarrowProgram(CudaBackend device, CudaNarrowLayout layout) {
        this.device = device;
        this.plan = layout.plan();
        this.layout = layout;
        ByteBuffer layers = layout.layerTable();
        ByteBuffer weights = layout.classWeights();
        this.classWeights = layers.capacity();
        byte[] bytes = ByteBuffer.allocate(layers.capacity() + weights.capacity())
                .put(layers)
                .put(weights)
                .array();
        this.arena = Arena.filledBy(device, this::take);
        try {
            this.tables = (CudaCodes) device.codes(bytes.length);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
        try {
            tables.write(0, bytes, 0, bytes.length);
            synchronized (device.context()) {
                device.context().enter();
                // Asked for now, since it must not be asked for in a recording.
                device.engine().launch().of(layout.factors().kernel()).shared(layout.shared());
            }
        } catch (RuntimeException e) {
            free();
            throw e;
        }
        this.runs = new CudaFusedRuns(device, List.of(), lines());
    }

    /// The program of a plan that fits.
    ///
    /// @param reasons gets a sentence if it does not
    static Optional<StepProgram> of(StepPlan plan, CudaBackend device, List<String> reasons) {
        Optional<CudaNarrowFactors> factors = CudaNarrowFactors.of(device.precision());
        if (factors.isEmpty()) {
            reasons.add("The narrow tier multiplies in FP32, TF32 or BF16, found " + device.precision() + ".");
            return Optional.empty();
        }
        int shared = CudaDriver.sharedOfBlock(device.context().gpu().ordinal());
        return CudaNarrowLayout.of(plan, factors.get(), shared, reasons)
                .map(layout -> new CudaNarrowProgram(device, layout));
    }

    private void take(Arena from) {
        int numbers = Long.BYTES / Float.BYTES;
        now = from.tensor(1, numbers);
        sums = from.tensor(layout.blocks(), 2 * numbers);
        partials = from.tensor(layout.blocks(), layout.slots());
    }

    @Override
    public void run(int steps) {
        runs.run(steps, stepsAtOnce());
    }

    private List<CudaFusedLine> lines() {
        String train = "forward, loss, backward of %d blocks' tiles of %d rows, %,d bytes of shared memory%s: %s"
                .formatted(
                        layout.blocks(),
                        layout.tileRows(),
                        layout.shared(),
                        layout.gradients() < 0 ? ", gradients in global memory" : "",
                        symbol(layout.factors().kernel()));
        String update = "sums of %,d gradients, update, loss, counters: %s"
                .formatted(layout.slots(), symbol(Kernel.STEP_NARROW_UPDATE));
        return List.of(
                new CudaFusedLine(train, 1, layout.trainBytes(), this::train),
                new CudaFusedLine(update, 1, layout.updateBytes(), this::update));
    }

    private static String symbol(Kernel kernel) {
        return kernel.symbol(Real.F32);
    }

    private void train() {
        tables.requireOpen();
        device.noteUse(tables, tables.memory());
        long address = tables.memory().address();
        Update update = plan.update();
        Draw draw = plan.draw();
        RowOrder order = draw.order();
        CudaLaunch begun =
                device.engine().launch().of(layout.factors().kernel()).shared(layout.shared());
        begun.address(address).address(address + classWeights);
        begun.address(CudaCodes.address(draw.features())).with(draw.features().numbers());
        begun.address(CudaCodes.address(draw.targets())).with(draw.targets().numbers());
        begun.with(update.parameters().values()).with(draw.batch()).with(update.step());
        begun.with(now).with(partials).with(sums);
        begun.number(order.kind() == RowOrder.Kind.SHUFFLED ? 1 : 0).size(order.seed());
        switch (plan.objective()) {
            case Objective.Elements(var loss, double scale) ->
                begun.number(0).number(loss.kind().ordinal()).real(loss.beta()).real(0);
            case Objective.Classes(var spec, var weights) ->
                begun.number(spec.targets() == Targets.CLASS_INDICES ? 1 : 2)
                        .number(0)
                        .real(0)
                        .real(spec.smoothing());
        }
        begun.size(order.rows()).size(order.batchSize()).size(order.batches()).size(plan.rows());
        begun.number(plan.inputs()).number(draw.targets().columns()).number(plan.targetColumns());
        begun.number(layout.layers().size()).number(layout.tileRows()).number(layout.logits());
        begun.number(layout.labels()).number(layout.gradients()).number(layout.slots());
        begun.run(layout.blocks(), 1);
    }

    private void update() {
        Update update = plan.update();
        Tensor velocity = update.velocity();
        CudaLaunch begun = device.engine().launch().of(Kernel.STEP_NARROW_UPDATE);
        begun.address(tables.memory().address()).with(partials).with(sums).with(update.hyper());
        begun.with(now).address(velocity == null ? 0 : CudaBuffer.address(velocity));
        begun.with(update.parameters().values()).with(plan.ring()).with(update.step());
        begun.with(plan.draw().batch());
        switch (plan.objective()) {
            case Objective.Elements(var loss, double scale) ->
                begun.real(scale).number(form(update)).number(0);
            case Objective.Classes(var spec, var weights) ->
                begun.real(1).number(form(update)).number(CudaReductions.rule(spec));
        }
        begun.size(plan.rows()).size(layout.blocks());
        begun.number(layout.layers().size()).number(layout.slots());
        begun.size(plan.ring().size()).run(CudaGrid.columns(layout.slots()), 1);
    }

    private static int form(Update update) {
        if (update.velocity() == null) {
            return 0;
        }
        return update.form() == MomentumForm.NESTEROV ? 2 : 1;
    }

    @Override
    public Tier tier() {
        return Tier.NARROW;
    }

    @Override
    public String description() {
        String step = "%s, batch %d, factors in %s".formatted(layout.widths(), plan.rows(), layout.factors());
        return runs.describe(step, stepsAtOnce());
    }

    private void free() {
        tables.free();
        arena.close();
    }

    @Override
    public void close() {
        runs.close(this::free);
    }
}
