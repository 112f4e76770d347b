/// Optimizers: they step along the gradients in a model's arena. Start at [SGD].
@NullMarked
package dev.cresset.optim;

import org.jspecify.annotations.NullMarked;
