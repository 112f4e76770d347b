package dev.cresset.backend.cuda;

import dev.cresset.backend.Arena;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.step.Objective;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Tensor;
import java.util.Arrays;

/// What the loss and the update of a fused step work with beside the layers: targets, partial results, which step this
/// is. Its tensors are of the arena of the step's memory.
final class CudaFusedTally {
    private final StepPlan plan;
    private final int outputs;
    private Tensor target;
    private Tensor now;
    private Tensor divisor;
    private Tensor partials;
    private Tensor classWeights;
    private CudaCodes merged;

    /// @param outputs columns of the last layer
    CudaFusedTally(StepPlan plan, int outputs) {
        this.plan = plan;
        this.outputs = outputs;
    }

    void take(Arena from) {
        target = from.tensor(plan.rows(), plan.targetColumns());
        now = doubles(from, 3);
        divisor = doubles(from, 1);
        partials = doubles(from, partialsCount());
        classWeights = from.tensor(1, outputs);
    }

    /// Writes what stays; to be called once, when the tensors are there.
    void fill(CudaBackend device) {
        if (plan.objective() instanceof Objective.Classes classes) {
            double[] ones = new double[classWeights.columns()];
            Arrays.fill(ones, 1);
            classWeights.write(classes.weights() == null ? ones : classes.weights());
        }
        merged = (CudaCodes)
                device.codes(Math.max(1, plan.update().parameters().values().rows()));
    }

    /// Room for numbers of 8 bytes.
    static Tensor doubles(Arena from, int count) {
        return from.tensor(count, Double.BYTES / Float.BYTES);
    }

    /// Partial results that the loss leaves: its number of blocks.
    int partialsCount() {
        return plan.objective() instanceof Objective.Classes
                ? CudaGrid.rowPartials(plan.rows())
                : CudaGrid.partials((long) plan.rows() * outputs);
    }

    Tensor target() {
        return target;
    }

    /// Three 64-bit numbers, as `step_draw.cu` has them: which step this is, and whether its parameters are finite.
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

    /// Computes the divisor. The context is entered, its monitor held.
    void submitDivisor(CudaLaunch launch) {
        CudaLaunch begun = launch.of(Kernel.CROSS_ENTROPY_DIVISOR)
                .with(target)
                .with(classWeights)
                .with(divisor);
        begun.number(divisorRule()).size(target.rows()).size(classWeights.columns());
        begun.run(1, 1);
    }

    /// Frees what is not the arena's.
    void free() {
        merged.free();
    }
}
