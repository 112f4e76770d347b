/// Proof that a model's gradients are right. Start at [GradientCheck].
@NullMarked
package dev.cresset.verify;

import org.jspecify.annotations.NullMarked;
