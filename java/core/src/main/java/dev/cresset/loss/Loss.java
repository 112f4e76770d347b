package dev.cresset.loss;

import dev.cresset.backend.Arena;
import dev.cresset.backend.Device;
import dev.cresset.backend.Reduction;
import dev.cresset.backend.Rooms;
import dev.cresset.backend.step.Objective;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A loss L(A, Y) of a prediction A and a target Y. `forward` gives L, `backward` gives dLdA, the true
/// derivative of the number that `forward` gave, its reduction included.
///
/// A loss computes where its prediction lives. The tensors it returns are its own and overwritten by the
/// next call with the same shapes. One loss is used by one thread at a time.
public abstract class Loss implements AutoCloseable {
    private final Reduction reduction;
    private final Rooms<Room> rooms = new Rooms<>();
    private @Nullable Room last;

    Loss(Reduction reduction) {
        this.reduction = reduction;
    }

    /// The loss of `prediction` (N × C) against `target`, as a 1 × 1 tensor.
    ///
    /// @throws ShapeException if the target does not fit the prediction
    public final Tensor forward(Tensor prediction, Tensor target) {
        Room room = enter(prediction, target);
        compute(room);
        return room.value;
    }

    /// dLdA of the last [#forward], N × C.
    ///
    /// @throws IllegalStateException if there was none
    public final Tensor backward() {
        computeGradient(room());
        return room().gradient;
    }

    /// Both in one go, as training wants them: the value is then at [#value()].
    ///
    /// @return dLdA, N × C
    public final Tensor forwardBackward(Tensor prediction, Tensor target) {
        Room room = enter(prediction, target);
        computeBoth(room);
        return room.gradient;
    }

    /// The value of the last call, 1 × 1.
    public final Tensor value() {
        return room().value;
    }

    final Room room() {
        if (last == null) {
            throw new IllegalStateException(this + " has not computed anything yet: call forward first.");
        }
        return last;
    }

    /// Keeps the working memory for predictions of `rows × columns` on `device`, whatever other shapes come: for
    /// recordings.
    ///
    /// @throws IllegalStateException if no such prediction has been seen yet
    public final Rooms.Hold hold(Device device, int rows, int columns) {
        return rooms.hold(device, rows, columns);
    }

    public final Reduction reduction() {
        return reduction;
    }

    /// Columns that a target has for a prediction of `columns` columns.
    public abstract int targetColumns(int columns);

    /// This loss as devices see it when they do a whole training step at once.
    ///
    /// @param rows of a prediction
    /// @param columns of a prediction
    public abstract Objective objective(int rows, int columns);

    /// What a target is, for somebody who gave one of another shape.
    String advice() {
        return "give one number for each of the prediction's, as nothing is repeated to fit";
    }

    abstract void compute(Room room);

    abstract void computeGradient(Room room);

    void computeBoth(Room room) {
        compute(room);
        computeGradient(room);
    }

    /// What this loss keeps for predictions of this shape beside value and gradient, taken from `arena`.
    List<Tensor> keep(int rows, int columns, Arena arena) {
        return List.of();
    }

    /// Fills what is kept, once, after it has been taken.
    void prepare(Room room) {}

    private Room enter(Tensor prediction, Tensor target) {
        int columns = targetColumns(prediction.columns());
        if (target.rows() != prediction.rows() || target.columns() != columns) {
            throw new ShapeException(this + ": for a prediction of " + prediction.shape() + " the target should be "
                    + prediction.rows() + "×" + columns + ", found " + target.shape() + ": " + advice() + ".");
        }
        Device here = Device.of(prediction);
        if (Device.of(target) != here) {
            throw new IllegalArgumentException(this + ": the prediction is on " + here + ", the target on "
                    + Device.of(target) + ": make the target with the model's device.");
        }
        Room room = rooms.get(here, prediction.rows(), prediction.columns(), arena -> furnish(arena, here, prediction));
        if (!room.prepared) {
            prepare(room);
            room.prepared = true;
        }
        // Writing a reference costs more than looking whether it is there already.
        if (last != room) {
            last = room;
        }
        if (room.prediction != prediction) {
            room.prediction = prediction;
        }
        if (room.target != target) {
            room.target = target;
        }
        return room;
    }

    /// Frees the working memory; the loss can be used again and allocates anew.
    @Override
    public void close() {
        rooms.close();
        last = null;
    }

    private Room furnish(Arena arena, Device device, Tensor prediction) {
        int rows = prediction.rows();
        int columns = prediction.columns();
        return new Room(
                device, arena.tensor(1, 1), arena.tensor(rows, columns), keep(rows, columns, arena), prediction);
    }

    /// What a loss reads and writes for one shape.
    static final class Room {
        final Device device;
        final Tensor value;
        final Tensor gradient;
        final List<Tensor> kept;
        Tensor prediction;
        Tensor target;
        private boolean prepared;

        private Room(Device device, Tensor value, Tensor gradient, List<Tensor> kept, Tensor prediction) {
            this.device = device;
            this.value = value;
            this.gradient = gradient;
            this.kept = kept;
            this.prediction = prediction;
            this.target = prediction;
        }
    }
}
