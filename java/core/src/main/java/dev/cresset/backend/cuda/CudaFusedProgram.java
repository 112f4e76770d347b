package dev.cresset.backend.cuda;

import dev.cresset.backend.Parameter;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.tensor.Precision;
import java.util.List;
import java.util.Optional;

/// A step as a few launches: a library's products, and between them kernels that do all the rest of a layer at once.
/// Its matrices are stored as float32; see [CudaBf16Program] for those that are stored as bfloat16.
final class CudaFusedProgram implements StepProgram {
    private final StepPlan plan;
    private final CudaFusedMemory memory;
    private final CudaFusedLt lt;
    private final CudaFusedRuns runs;

    private CudaFusedProgram(CudaBackend device, StepPlan plan, long leastToMerge) {
        this.plan = plan;
        CudaFusedMerge merge = new CudaFusedMerge(plan.update(), leastToMerge);
        this.lt = new CudaFusedLt(device, plan);
        try {
            this.memory = new CudaFusedMemory(device, plan);
        } catch (RuntimeException e) {
            lt.close();
            throw e;
        }
        try {
            CudaFusedLines written = new CudaFusedLines(device, plan, memory, lt);
            new CudaFusedForward(written).add();
            new CudaFusedBackward(written, merge).add();
            CudaFusedTally tally = memory.tally();
            List<Parameter> weights = memory.layers().stream()
                    .filter(layer -> layer.way() != CudaFusedLayer.Way.CLASSES)
                    .map(layer -> layer.affine().weight())
                    .toList();
            written.add(new CudaFusedUpdate(device, plan, tally, merge, weights).line(null));
            this.runs = new CudaFusedRuns(device, List.of(), written.all());
            synchronized (device.context()) {
                device.context().enter();
                if (tally.divisorRule() != 2) {
                    tally.submitDivisor(device.engine().launch());
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
        if (!CudaFusedLayer.knows(plan, reasons)) {
            return Optional.empty();
        }
        return Optional.of(
                CudaBf16Program.fits(plan, device)
                        ? new CudaBf16Program(device, plan, leastToMerge)
                        : new CudaFusedProgram(device, plan, leastToMerge));
    }

    /// The lines of a step.
    List<CudaFusedLine> lines() {
        return runs.lines();
    }

    @Override
    public void run(int steps) {
        runs.run(steps, stepsAtOnce());
    }

    @Override
    public Tier tier() {
        return Tier.FUSED;
    }

    @Override
    public String description() {
        return runs.describe("batch " + plan.rows(), stepsAtOnce());
    }

    @Override
    public void close() {
        runs.close(() -> {
            lt.close();
            memory.close();
        });
    }
}
