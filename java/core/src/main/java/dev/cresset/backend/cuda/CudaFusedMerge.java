package dev.cresset.backend.cuda;

import dev.cresset.backend.MomentumForm;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.step.Update;
import dev.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Which weights' gradients go straight into the velocity, `v ← μ·v + dZᵀ·A` as one product: large ones, where the
/// optimizer is `v ← μ·v + g` and nothing else. The velocity is zeros before the first step, so that one is right too.
///
/// @param update the optimizer
/// @param least how many elements a weight must have
record CudaFusedMerge(Update update, long least) {
    /// From here on a weight and its velocity do not stay in the cache from step to step.
    static final long LEAST = 1 << 20;

    boolean merges(Parameter weight) {
        return update.velocity() != null
                && update.form() == MomentumForm.HEAVY_BALL
                && update.dampening() == 0
                && update.weightDecay() == 0
                && weight.value().size() >= least;
    }

    /// The velocity of one weight.
    Tensor velocity(Parameter weight) {
        Tensor all = update.velocity();
        Tensor value = weight.value();
        return new Tensor(all.buffer(), all.offset() + from(value), value.rows(), value.columns());
    }

    /// Notes a weight that merges in `slots`, a byte for each `each` parameters.
    void note(@Nullable Parameter weight, byte[] slots, int each) {
        if (weight != null && merges(weight)) {
            long first = from(weight.value()) / each;
            long end = (from(weight.value()) + weight.value().size() + each - 1) / each;
            for (long slot = first; slot < end; slot++) {
                slots[(int) slot] = 1;
            }
        }
    }

    private long from(Tensor value) {
        return value.offset() - update.parameters().values().offset();
    }
}
