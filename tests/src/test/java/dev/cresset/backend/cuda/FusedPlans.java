package dev.cresset.backend.cuda;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A training of a [FusedCase] in whole batches.
final class FusedPlans extends TrainingPlans {
    /// No weight is so large.
    static final long NEVER = Long.MAX_VALUE;

    private final int rows;

    FusedPlans(FusedCase of, Device device) {
        super(of, device);
        this.rows = of.rows();
    }

    StepPlan plan() {
        return plan(rows);
    }

    /// @param leastToMerge from how many weights on momentum is added in the product
    /// @throws IllegalStateException with the reasons if it does not fit
    StepProgram program(long leastToMerge) {
        List<String> reasons = new ArrayList<>();
        return CudaFusedProgram.of(plan(), (CudaBackend) device(), reasons, leastToMerge)
                .orElseThrow(() -> new IllegalStateException(reasons.toString()));
    }

    StepProgram program() {
        return program(NEVER);
    }

    /// So many steps, verb by verb.
    void compose(int steps) {
        compose(rows, steps);
    }

    /// The numbers of each variable, then the losses.
    List<double[]> tensors() {
        List<double[]> all =
                new ArrayList<>(variables().stream().map(Tensor::toArray).toList());
        all.add(losses());
        return all;
    }
}
