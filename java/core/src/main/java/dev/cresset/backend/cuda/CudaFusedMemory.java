package dev.cresset.backend.cuda;

import dev.cresset.backend.Arena;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.step.Objective;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// The memory of a fused step beside the plan's: all in one arena, which it owns.
final class CudaFusedMemory implements AutoCloseable {
    private final Arena arena;
    private final CudaCodes merged;
    private final StepPlan plan;
    private Tensor x;
    private Tensor target;
    private Tensor now;
    private Tensor divisor;
    private Tensor partials;
    private Tensor classWeights;
    private List<CudaFusedLayer> layers;

    CudaFusedMemory(CudaBackend device, StepPlan plan) {
        this.plan = plan;
        this.arena = Arena.filledBy(device, this::take);
        try {
            if (plan.objective() instanceof Objective.Classes classes) {
                double[] ones = new double[classWeights.columns()];
                Arrays.fill(ones, 1);
                classWeights.write(classes.weights() == null ? ones : classes.weights());
            }
            this.merged = (CudaCodes)
                    device.codes(Math.max(1, plan.update().parameters().values().rows()));
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private void take(Arena from) {
        x = from.tensor(plan.rows(), plan.inputs());
        target = from.tensor(plan.rows(), plan.targetColumns());
        now = doubles(from, 1);
        divisor = doubles(from, 1);
        layers = CudaFusedLayer.of(plan, from);
        partials = doubles(from, partialsCount());
        classWeights = from.tensor(1, last().outputs());
    }

    /// Room for numbers of 8 bytes.
    private static Tensor doubles(Arena from, int count) {
        return from.tensor(count, Double.BYTES / Float.BYTES);
    }

    /// Partial results that the loss leaves: its number of blocks.
    int partialsCount() {
        return plan.objective() instanceof Objective.Classes
                ? CudaGrid.rowPartials(plan.rows())
                : CudaGrid.partials((long) plan.rows() * last().outputs());
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

    Tensor target() {
        return target;
    }

    /// One 64-bit number: which step this is.
    Tensor now() {
        return now;
    }

    /// One float64 number: what the sum of the loss is divided by.
    Tensor divisor() {
        return divisor;
    }

    /// Float64 numbers, one for each block of the loss.
    Tensor partials() {
        return partials;
    }

    Tensor classWeights() {
        return classWeights;
    }

    /// A byte for each 128 parameters: 1 where their velocity is complete before the update.
    CudaCodes merged() {
        return merged;
    }

    /// How a cross-entropy's divisor is made: 0 for 1, 1 for the number of rows, 2 for the weights of their classes.
    int divisorRule() {
        if (!(plan.objective() instanceof Objective.Classes classes)
                || classes.spec().reduction() == Reduction.SUM) {
            return 0;
        }
        CrossEntropy spec = classes.spec();
        boolean weighted = classes.weights() != null
                && spec.reduction() == Reduction.MEAN
                && spec.targets() == Targets.CLASS_INDICES;
        return weighted ? 2 : 1;
    }

    /// The output of the layer below number `i`.
    Tensor inputOf(int i) {
        return i == 0 ? x : layers.get(i - 1).a();
    }

    @Override
    public void close() {
        arena.close();
        merged.free();
    }
}
