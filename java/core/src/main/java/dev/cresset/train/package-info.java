/// Training and evaluating a model on a dataset. Start at [Trainer].
@NullMarked
package dev.cresset.train;

import org.jspecify.annotations.NullMarked;
