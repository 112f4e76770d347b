package dev.cresset.backend.cuda;

import dev.cresset.backend.Parameter;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.List;

/// A fused step whose matrices are stored as bfloat16, half the bytes of [CudaFusedProgram]'s, and go into products as
/// they are. Parameters and optimizer stay float32; products read a copy in bfloat16, the shadow, which the optimizer
/// writes as it goes. As parameters may have changed between runs, each run rounds them all once at its beginning.
///
/// What it computes, and where it rounds, is the header of `step_bf16.cuh`.
final class CudaBf16Program implements StepProgram {
    private final StepPlan plan;
    private final CudaBf16Lt lt;
    private final CudaBf16Memory memory;
    private final CudaFusedRuns runs;

    CudaBf16Program(CudaBackend device, StepPlan plan, long leastToMerge) {
        this.plan = plan;
        this.lt = new CudaBf16Lt(device, plan);
        try {
            this.memory = new CudaBf16Memory(device, plan, lt);
        } catch (RuntimeException e) {
            lt.close();
            throw e;
        }
        try {
            CudaFusedMerge merge = new CudaFusedMerge(plan.update(), leastToMerge);
            CudaBf16Lines lines = new CudaBf16Lines(device, plan, memory, lt);
            new CudaBf16Forward(lines).add();
            new CudaBf16Backward(lines, merge).add();
            CudaFusedTally tally = memory.tally();
            List<Parameter> weights = memory.layers().stream()
                    .limit(memory.layers().size() - (CudaBf16Layer.endsInClasses(plan) ? 1 : 0))
                    .map(layer -> layer.affine().weight())
                    .toList();
            lines.add(new CudaFusedUpdate(device, plan, tally, merge, weights).line(memory.shadow()));
            this.runs = new CudaFusedRuns(device, List.of(refresh(device)), lines.all());
            synchronized (device.context()) {
                device.context().enter();
                if (tally.divisorRule() != 2) {
                    tally.submitDivisor(device.engine().launch());
                }
            }
        } catch (RuntimeException e) {
            close(lt, memory);
            throw e;
        }
    }

    private static void close(CudaBf16Lt lt, CudaBf16Memory memory) {
        lt.close();
        memory.close();
    }

    /// Whether a chain that fused steps know is one for this way.
    static boolean fits(StepPlan plan, CudaBackend device) {
        return device.precision() == Precision.BF16 && CudaBf16Layer.fits(plan);
    }

    private CudaFusedLine refresh(CudaBackend device) {
        Tensor values = plan.update().parameters().values();
        long bytes = values.size() * Float.BYTES + memory.shadow().bytes();
        return new CudaFusedLine("parameters in bfloat16: roundToBf16", 1, bytes, () -> device.engine()
                .products()
                .round(values, memory.shadow()));
    }

    /// What it stores.
    CudaBf16Memory memory() {
        return memory;
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
        return runs.describe("batch " + plan.rows() + ", matrices stored as bfloat16", stepsAtOnce());
    }

    @Override
    public void close() {
        runs.close(() -> close(lt, memory));
    }
}
