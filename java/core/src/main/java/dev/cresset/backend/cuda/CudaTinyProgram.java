package dev.cresset.backend.cuda;

import dev.cresset.backend.ClosedException;
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
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Many whole steps of a small net in one launch: one block holds net and batch in its shared memory. The launches are
/// short enough for a host that wants to look in between.
///
/// Sums are added in the device's precision, in the order of the samples, inputs and units: not the order of the verbs,
/// but always the same one, however many steps a launch has.
final class CudaTinyProgram implements StepProgram {
    private static final int MOST_STEPS = 1000;
    private static final double LONGEST_MICROSECONDS = 5000;
    /// What a step costs at least, and what it gets done beside that: careful guesses, so that a launch is rather too
    /// short.
    private static final double LEAST_MICROSECONDS = 3;

    private static final double OPERATIONS_A_MICROSECOND = 8000;
    private static final double OPERATIONS_A_MICROSECOND_F64 = 2000;
    /// Operations that an activation or a loss stands for.
    private static final int FUNCTION = 30;

    private final CudaBackend device;
    private final StepPlan plan;
    private final CudaTinyLayout layout;
    private final CudaCodes tables;
    private final long classWeights;
    private final long groups;
    private final long elements;
    private final int most;
    private boolean closed;

    private CudaTinyProgram(CudaBackend device, CudaTinyLayout layout) {
        this.device = device;
        this.plan = layout.plan();
        this.layout = layout;
        Real real = CudaKernels.real(device.precision());
        this.most = stepsOfALaunch(layout, real);
        ByteBuffer layers = layout.layerTable(real);
        ByteBuffer weights = layout.classWeights(real);
        ByteBuffer groupTable = layout.groupTable();
        ByteBuffer elementTable = layout.elementTable();
        this.classWeights = layers.capacity();
        this.groups = classWeights + weights.capacity();
        this.elements = groups + groupTable.capacity();
        byte[] bytes = ByteBuffer.allocate((int) elements + elementTable.capacity())
                .put(layers.rewind())
                .put(weights.rewind())
                .put(groupTable.rewind())
                .put(elementTable.rewind())
                .array();
        this.tables = (CudaCodes) device.codes(bytes.length);
        try {
            tables.write(0, bytes, 0, bytes.length);
            synchronized (device.context()) {
                device.context().enter();
                // Asked for now, since it must not be asked for in a recording.
                device.engine().launch().of(Kernel.STEP_TINY).shared(layout.shared());
            }
        } catch (RuntimeException e) {
            tables.free();
            throw e;
        }
    }

    /// The program of a plan that fits.
    ///
    /// @param reasons gets a sentence if it does not
    /// @throws dev.cresset.tensor.ShapeException if the parts of the plan do not fit together
    static Optional<StepProgram> of(StepPlan plan, CudaBackend device, List<String> reasons) {
        int shared = CudaDriver.sharedOfBlock(device.context().gpu().ordinal());
        return CudaTinyLayout.of(plan, CudaKernels.real(device.precision()), shared, reasons)
                .map(layout -> new CudaTinyProgram(device, layout));
    }

    /// So many that a launch takes 5 ms or less.
    private static int stepsOfALaunch(CudaTinyLayout layout, Real real) {
        double units = layout.layers().stream()
                .mapToDouble(layer -> layer.affine().outputs())
                .sum();
        double operations = layout.plan().rows() * (3.0 * layout.parameters() + FUNCTION * units);
        double rate = real == Real.F32 ? OPERATIONS_A_MICROSECOND : OPERATIONS_A_MICROSECOND_F64;
        double steps = LONGEST_MICROSECONDS / (LEAST_MICROSECONDS + operations / rate);
        return (int) Math.max(1, Math.min(MOST_STEPS, steps));
    }

    @Override
    public void run(int steps) {
        CudaContext context = device.context();
        synchronized (context) {
            if (closed) {
                throw new ClosedException("This program of training steps on " + device + " has been closed.");
            }
            device.requireOpen("train");
            for (int done = 0; done < steps; done += most) {
                context.enter();
                launch(Math.min(most, steps - done));
            }
        }
    }

    @Override
    public int stepsAtOnce() {
        return most;
    }

    private void launch(int steps) {
        tables.requireOpen();
        device.noteUse(tables, tables.memory());
        long address = tables.memory().address();
        Update update = plan.update();
        Draw draw = plan.draw();
        RowOrder order = draw.order();
        CudaLaunch begun = device.engine().launch().of(Kernel.STEP_TINY).shared(layout.shared());
        begun.address(address).address(address + groups).address(address + elements);
        begun.address(address + classWeights);
        begun.address(CudaCodes.address(draw.features())).with(draw.features().numbers());
        begun.address(CudaCodes.address(draw.targets())).with(draw.targets().numbers());
        begun.with(update.hyper()).with(update.parameters().values());
        begun.address(update.velocity() == null ? 0 : CudaBuffer.address(update.velocity()));
        begun.with(draw.batch()).with(update.step()).with(plan.ring());
        begun.number(order.kind() == RowOrder.Kind.SHUFFLED ? 1 : 0).size(order.seed());
        begun.number(update.form() == MomentumForm.NESTEROV ? 1 : 0);
        objective(begun);
        begun.size(order.rows()).size(order.batchSize()).size(order.batches());
        begun.number(plan.rows()).number(plan.inputs());
        begun.number(draw.targets().columns()).number(plan.targetColumns());
        begun.number(layout.layers().size()).number(layout.parameters()).number(layout.groups());
        begun.number(layout.start()).number(layout.ahead());
        begun.size(plan.ring().size()).size(steps).run(1, 1);
    }

    private void objective(CudaLaunch begun) {
        switch (plan.objective()) {
            case Objective.Elements(var loss, double scale) ->
                begun.number(0)
                        .number(loss.kind().ordinal())
                        .real(loss.beta())
                        .real(scale)
                        .number(0)
                        .real(0);
            case Objective.Classes(var spec, var weights) ->
                begun.number(spec.targets() == Targets.CLASS_INDICES ? 1 : 2)
                        .number(0)
                        .real(0)
                        .real(0)
                        .number(CudaReductions.rule(spec))
                        .real(spec.smoothing());
        }
    }

    @Override
    public Tier tier() {
        return Tier.TINY;
    }

    @Override
    public String description() {
        Real real = CudaKernels.real(device.precision());
        String text =
                "%s, batch %d, computed in %s: one launch for up to %d steps (%s, 1 block, %d bytes of shared memory,"
                        + " %d parameters)";
        return text.formatted(
                layout.widths(),
                plan.rows(),
                real == Real.F32 ? "float32" : "float64",
                most,
                Kernel.STEP_TINY.symbol(real),
                layout.shared(),
                layout.parameters());
    }

    @Override
    public void close() {
        synchronized (device.context()) {
            if (!closed) {
                closed = true;
                tables.free();
            }
        }
    }
}
