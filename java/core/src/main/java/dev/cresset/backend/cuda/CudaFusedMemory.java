package dev.cresset.backend.cuda;

import dev.cresset.backend.Arena;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.tensor.Tensor;
import java.util.List;

/// The memory of a fused step beside the plan's: all in one arena, which it owns.
final class CudaFusedMemory implements AutoCloseable {
    private final Arena arena;
    private final CudaFusedTally tally;
    private final StepPlan plan;
    private Tensor x;
    private List<CudaFusedLayer> layers;

    CudaFusedMemory(CudaBackend device, StepPlan plan) {
        this.plan = plan;
        this.tally = new CudaFusedTally(plan, CudaFusedLayer.outputs(plan));
        this.arena = Arena.filledBy(device, this::take);
        try {
            tally.fill(device);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private void take(Arena from) {
        x = from.tensor(plan.rows(), plan.inputs());
        layers = CudaFusedLayer.of(plan, from);
        tally.take(from);
    }

    List<CudaFusedLayer> layers() {
        return layers;
    }

    CudaFusedLayer last() {
        return layers.getLast();
    }

    Tensor x() {
        return x;
    }

    /// What loss and update work with.
    CudaFusedTally tally() {
        return tally;
    }

    /// The output of the layer below number `i`.
    Tensor inputOf(int i) {
        return i == 0 ? x : layers.get(i - 1).a();
    }

    @Override
    public void close() {
        arena.close();
        tally.free();
    }
}
