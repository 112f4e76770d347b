package dev.cresset.backend.cuda;

import dev.cresset.backend.Device;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import java.util.ArrayList;
import java.util.List;

/// A training of a [StepCase] in a tier.
final class StepPlans extends TrainingPlans {
    private final int rows;
    private final Tier tier;

    StepPlans(StepCase of, Tier tier, Device device) {
        super(of, device);
        this.rows = of.rows();
        this.tier = tier;
    }

    /// The program of batches of so many rows in this tier.
    ///
    /// @throws IllegalStateException with the reasons if it does not fit
    StepProgram program(int rows) {
        List<String> reasons = new ArrayList<>();
        return device().program(plan(rows), tier, reasons)
                .orElseThrow(() -> new IllegalStateException(reasons.toString()));
    }

    StepProgram program() {
        return program(rows);
    }
}
