package dev.cresset.nn;

import dev.cresset.backend.Statistics;
import dev.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a layer writes for one batch shape: its output, the gradient to its input, and whatever else
/// it keeps from forward to backward. Made once for a shape, overwritten by each pass.
final class Room {
    final Tensor output;
    final Tensor inputGradient;
    final List<Tensor> kept;
    final List<Room> inner;

    @Nullable
    Tensor input;

    @Nullable
    Tensor outputGradient;

    /// Whether a backward pass has followed the last forward pass.
    boolean isDifferentiated;

    InputGradient wanted = InputGradient.WANTED;
    Mode mode = Mode.TRAINING;
    Statistics statistics = Statistics.BATCH;

    Room(Tensor output, Tensor inputGradient, List<Tensor> kept, List<Room> inner) {
        this.output = output;
        this.inputGradient = inputGradient;
        this.kept = kept;
        this.inner = inner;
    }

    Room(Tensor output, Tensor inputGradient, Tensor... kept) {
        this(output, inputGradient, List.of(kept), List.of());
    }
}
