package dev.cresset.nn;

import dev.cresset.backend.Arena;
import dev.cresset.backend.Device;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;
import java.util.List;

/// In training sets each element to 0 with probability p and divides the others by 1 − p; in
/// evaluation passes everything through (Srivastava et al., 2014, in the inverted form). Which elements
/// fall follows from the seed, the number of the draw and the element's place, and is the same on every
/// device; see [dev.cresset.backend.Ops#dropout].
public final class Dropout extends Layer {
    private final double probability;
    private final long seed;
    private Counter draw = Device.reference().counter();

    /// @param probability p in [0, 1)
    /// @param seed of the masks; give each dropout layer of a model its own
    public Dropout(double probability, long seed) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("Dropout needs a probability in [0, 1), found " + probability
                    + ": 0.5 drops every second element.");
        }
        this.probability = probability;
        this.seed = seed;
    }

    @Override
    public List<Counter> counters() {
        return List.of(draw);
    }

    @Override
    void moveCounters(Device target) {
        Counter moved = target.counter();
        moved.set(draw.value());
        draw = moved;
    }

    @Override
    public int outputs(int inputs) {
        return inputs;
    }

    @Override
    public LayerSpec spec() {
        return new LayerSpec.DropoutSpec(probability, seed);
    }

    @Override
    Room furnish(int rows, int columns, Arena arena) {
        return new Room(arena.tensor(rows, columns), arena.tensor(rows, columns));
    }

    @Override
    void compute(Tensor x, Room room) {
        if (room.mode == Mode.TRAINING) {
            ops().advance(draw);
            ops().dropout(x, room.output, draw, probability, seed);
        } else {
            ops().copy(x, room.output);
        }
    }

    @Override
    void computeGradients(Tensor dy, Room room, InputGradient wanted) {
        if (wanted == InputGradient.SKIPPED) {
            return;
        }
        if (room.mode == Mode.TRAINING) {
            ops().dropout(dy, room.inputGradient, draw, probability, seed);
        } else {
            ops().copy(dy, room.inputGradient);
        }
    }

    @Override
    String sizes() {
        return "p = " + probability;
    }
}
