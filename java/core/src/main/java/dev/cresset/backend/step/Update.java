package dev.cresset.backend.step;

import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Parameters;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A step of stochastic gradient descent for all parameters alike, as [dev.cresset.backend.Ops#sgdMomentum] defines it;
/// without a velocity as [dev.cresset.backend.Ops#sgd].
///
/// The learning rate is only in `hyper` and may change from step to step; the other numbers stay.
///
/// @param parameters all parameters and their gradients, each in one stretch of memory
/// @param velocity v in the same layout, zeros before the first step; null without momentum
/// @param momentum μ
/// @param dampening share of the gradient kept out of the velocity
/// @param weightDecay added to the gradient as `weightDecay · W`
/// @param hyper 1 × 4: learning rate, momentum, dampening, weight decay
/// @param step how many steps came before; advanced by one in each
public record Update(
        Parameters.Span parameters,
        @Nullable Tensor velocity,
        MomentumForm form,
        double momentum,
        double dampening,
        double weightDecay,
        Tensor hyper,
        Counter step) {}
