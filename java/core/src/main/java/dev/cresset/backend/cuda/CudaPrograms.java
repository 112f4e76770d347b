package dev.cresset.backend.cuda;

import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import java.util.List;
import java.util.Optional;

/// The ways in which a GPU does a whole training step, the fastest first: of those that were asked for, the first that
/// the step fits.
final class CudaPrograms {
    private final CudaBackend device;

    CudaPrograms(CudaBackend device) {
        this.device = device;
    }

    /// The program of a plan.
    ///
    /// @param tier which way, or AUTO for any
    /// @param reasons gets a sentence for each way that does not fit
    Optional<StepProgram> of(StepPlan plan, Tier tier, List<String> reasons) {
        Optional<StepProgram> found = Optional.empty();
        if (wanted(tier, Tier.TINY)) {
            found = CudaTinyProgram.of(plan, device, reasons);
        }
        if (found.isEmpty() && wanted(tier, Tier.NARROW)) {
            found = CudaNarrowProgram.of(plan, device, reasons);
        }
        if (found.isEmpty() && wanted(tier, Tier.FUSED)) {
            found = CudaFusedProgram.of(plan, device, reasons);
        }
        return found;
    }

    private static boolean wanted(Tier tier, Tier way) {
        return tier == Tier.AUTO || tier == way;
    }
}
