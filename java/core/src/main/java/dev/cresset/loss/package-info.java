/// Losses: from a prediction and a target to one number, and back to the gradient of exactly that
/// number. Start at [Loss].
@NullMarked
package dev.cresset.loss;

import org.jspecify.annotations.NullMarked;
