package dev.cresset.train;

import dev.cresset.backend.step.Tier;

/// How training steps are done.
///
/// @param tier of the device; never AUTO
/// @param residence where the data is; never AUTO
/// @param stepsAtOnce how many steps are submitted together, where so many are wanted
/// @param description for people: a line that says it all, then as many as there is to tell
public record StepWay(Tier tier, Residence residence, int stepsAtOnce, String description) {
    /// The first line of the description.
    public String line() {
        return description.lines().findFirst().orElse("");
    }
}
