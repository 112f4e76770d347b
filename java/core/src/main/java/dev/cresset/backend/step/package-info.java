/// A whole training step as a description, for devices that have a faster way to do it than verb by verb. Start at
/// [dev.cresset.backend.step.StepPlan].
@NullMarked
package dev.cresset.backend.step;

import org.jspecify.annotations.NullMarked;
