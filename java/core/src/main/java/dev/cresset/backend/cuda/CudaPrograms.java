package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.step.Stage;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The ways in which a GPU does a whole training step: of those that were asked for, the first that the step fits.
/// Short steps in one block come first, long ones in one block last.
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
        if (tier == Tier.AUTO) {
            found = CudaTinyProgram.ofShort(plan, device, reasons);
        }
        if (found.isEmpty() && wanted(tier, Tier.NARROW) && !(tier == Tier.AUTO && isCoarse(plan, reasons))) {
            found = CudaNarrowProgram.of(plan, device, reasons);
        }
        if (found.isEmpty() && wanted(tier, Tier.FUSED)) {
            found = CudaFusedProgram.of(plan, device, reasons);
        }
        if (found.isEmpty() && wanted(tier, Tier.TINY)) {
            found = CudaTinyProgram.of(plan, device, tier == Tier.AUTO ? new ArrayList<>() : reasons);
        }
        return found;
    }

    /// Whether the narrow tier would take slopes from outputs that have too few bits to tell them: of a saturated unit
    /// the slope would be 0. Fused steps keep what is before such an activation.
    private boolean isCoarse(StepPlan plan, List<String> reasons) {
        List<Stage> hidden = plan.stages().subList(0, Math.max(0, plan.stages().size() - 1));
        for (Stage stage : hidden) {
            if (device.precision() == Precision.BF16
                    && stage instanceof Stage.Activate(String name, Activation function)
                    && (function.kind() == Activation.Kind.SIGMOID || function.kind() == Activation.Kind.TANH)) {
                reasons.add("The narrow tier would take the slope of " + name + " from outputs of 8 bits in BF16; it is"
                        + " taken only where it is named.");
                return true;
            }
        }
        return false;
    }

    private static boolean wanted(Tier tier, Tier way) {
        return tier == Tier.AUTO || tier == way;
    }
}
