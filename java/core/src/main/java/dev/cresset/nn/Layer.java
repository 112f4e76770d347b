package dev.cresset.nn;

import dev.cresset.backend.Arena;
import dev.cresset.backend.Device;
import dev.cresset.backend.Rooms;
import dev.cresset.backend.step.Stage;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A differentiable function of a batch, with or without parameters, alone or made of other layers. A
/// [Part] that computes.
///
/// The tensors that a layer returns are its own: `forward` with a batch of the same shape overwrites
/// the last output, `backward` overwrites the last gradients (it does not add to them). Copy what
/// should last (`toArray`). They stay valid until the layer moves, is closed, or has met
/// [Rooms#KEPT] other batch shapes.
///
/// One layer is used by one thread at a time.
public abstract non-sealed class Layer extends Part {
    private final Rooms<Room> rooms = new Rooms<>();
    private @Nullable Room last;

    Layer() {}

    /// Computes the layer's output for the batch `x` (N × inputs).
    ///
    /// @return N × outputs, overwritten by the next call with a batch of this shape
    /// @throws ShapeException if `x` has not the columns that this layer takes
    /// @throws IllegalArgumentException if `x` is on another device, or is what this layer is about to overwrite
    public final Tensor forward(Tensor x) {
        requireHere("input", x);
        outputs(x.columns());
        requireRows(x.rows());
        Room room = rooms.get(device(), x.rows(), x.columns(), arena -> furnish(x.rows(), x.columns(), arena));
        if (x.size() > 0 && x.buffer() == room.output.buffer()) {
            throw new IllegalArgumentException(describe() + ": the input is this layer's own output, which this pass"
                    + " would overwrite: copy it first, or give each place a layer of its own.");
        }
        return run(x, room);
    }

    /// Given `dy` = ∂L/∂output of the last [#forward], computes the gradients of all parameters and
    /// returns ∂L/∂input.
    ///
    /// @throws IllegalStateException if there was no forward pass
    /// @throws ShapeException if `dy` has not the shape of the last output
    public final Tensor backward(Tensor dy) {
        return differentiate(dy, lastFor(dy), InputGradient.WANTED);
    }

    /// Like [#backward], but leaves out ∂L/∂input where it would only be thrown away: for training.
    public final void backwardParameters(Tensor dy) {
        differentiate(dy, lastFor(dy), InputGradient.SKIPPED);
    }

    /// Keeps the working memory of this layer for batches of `rows × columns`, whatever other shapes it meets:
    /// for recordings.
    ///
    /// @throws IllegalStateException if no such batch has been computed yet
    public final Rooms.Hold hold(int rows, int columns) {
        return rooms.hold(device(), rows, columns);
    }

    /// Columns of the output for an input of `inputs` columns.
    ///
    /// @throws ShapeException if the layer does not take so many
    public abstract int outputs(int inputs);

    /// What this layer is: enough to build it anew, without its numbers.
    public abstract LayerSpec spec();

    /// This layer as devices see it when they do a whole training step at once; a layer made of others gives theirs.
    ///
    /// @param rows of a batch
    public List<Stage> stages(int rows) {
        return List.of(new Stage.Other(describe()));
    }

    /// What this layer writes for a batch of this shape, taken from `arena`.
    abstract Room furnish(int rows, int columns, Arena arena);

    abstract void compute(Tensor x, Room room);

    abstract void computeGradients(Tensor dy, Room room, InputGradient wanted);

    /// Throws if this layer, in its mode, cannot compute a batch of `rows` rows.
    ///
    /// @throws ShapeException in training, if there is a batch norm inside and `rows` is below 2
    public void requireRows(int rows) {}

    final Tensor run(Tensor x, Room room) {
        beginForward(x, room);
        compute(x, room);
        return room.output;
    }

    final Tensor differentiate(Tensor dy, Room room, InputGradient wanted) {
        beginBackward(dy, room, wanted);
        computeGradients(dy, room, wanted);
        return room.inputGradient;
    }

    /// Notes what a forward pass works on. Writing a reference costs more than looking whether it is there already:
    /// Java's collectors keep books of such writes.
    final void beginForward(Tensor x, Room room) {
        if (last != room) {
            last = room;
        }
        if (room.input != x) {
            room.input = x;
        }
        room.isDifferentiated = false;
        if (room.mode != mode()) {
            room.mode = mode();
        }
    }

    /// Notes what a backward pass works on.
    final void beginBackward(Tensor dy, Room room, InputGradient wanted) {
        if (room.outputGradient != dy) {
            room.outputGradient = dy;
        }
        room.isDifferentiated = true;
        if (room.wanted != wanted) {
            room.wanted = wanted;
        }
    }

    /// Moves this layer and all inside of it to `device`, numbers and gradients included; working memory on
    /// the old device is given up, and optimizers made before no longer fit. Parameters become one arena
    /// there. If this fails, the layer is where it was.
    ///
    /// @return this
    public Layer to(Device device) {
        arrange(device);
        return this;
    }

    /// Puts this layer and all inside of it into training mode, the mode they start in.
    ///
    /// @return this
    public final Layer train() {
        return mode(Mode.TRAINING);
    }

    /// Puts this layer and all inside of it into evaluation mode.
    ///
    /// @return this
    public final Layer eval() {
        return mode(Mode.EVALUATION);
    }

    /// Puts this layer and all inside of it into `mode`.
    ///
    /// @return this
    public final Layer mode(Mode mode) {
        enter(mode);
        return this;
    }

    /// Puts this layer and all inside of it into `mode` until the result is closed; then each part is in its own
    /// mode again.
    public final Within within(Mode mode) {
        Map<Part, Mode> before = new IdentityHashMap<>();
        modes(before);
        enter(mode);
        return () -> before.forEach(Part::setMode);
    }

    /// The modes of this layer and all inside of it now: a recording is right only as long as they stay.
    public final Modes modes() {
        Map<Part, Mode> now = new IdentityHashMap<>();
        modes(now);
        return () -> isIn(now);
    }

    /// The modes of a layer and all inside of it at some time.
    @FunctionalInterface
    public interface Modes {
        /// Whether they are the same still.
        boolean areKept();
    }

    /// A mode for a while.
    @FunctionalInterface
    public interface Within extends AutoCloseable {
        @Override
        void close();
    }

    /// The input of the last forward pass: A of the layer below for a Linear, Z for an activation.
    public final Tensor input() {
        return looked("input", lastRoom().input);
    }

    /// The output of the last forward pass: Z for a Linear, A for an activation.
    public final Tensor output() {
        return lastRoom().output;
    }

    /// ∂L/∂output as given to the last backward pass: dLdZ for a Linear, dLdA for an activation.
    public final Tensor outputGradient() {
        return looked("output gradient", lastRoom().isDifferentiated ? lastRoom().outputGradient : null);
    }

    /// ∂L/∂input of the last [#backward]: dLdA for a Linear, dLdZ for an activation.
    ///
    /// @throws IllegalStateException if there was none, or the last pass was [#backwardParameters] and left it out
    public final Tensor inputGradient() {
        boolean computed = lastRoom().isDifferentiated && lastRoom().wanted == InputGradient.WANTED;
        return looked("input gradient", computed ? lastRoom().inputGradient : null);
    }

    private Tensor looked(String what, @Nullable Tensor tensor) {
        if (tensor == null) {
            throw new IllegalStateException(describe() + " has no " + what + " yet: call backward first.");
        }
        return tensor;
    }

    private Room lastRoom() {
        if (last == null) {
            throw new IllegalStateException(describe() + " has not computed anything yet: call forward first.");
        }
        return last;
    }

    private Room lastFor(Tensor dy) {
        requireHere("output gradient", dy);
        Room room = lastRoom();
        if (!dy.sameShape(room.output)) {
            throw new ShapeException(describe() + ": the output gradient should be " + room.output.shape()
                    + " like the last output, found " + dy.shape()
                    + ": give what backward of the loss, or of the layer behind, returned for that output.");
        }
        if (dy.size() > 0 && dy.buffer() == room.inputGradient.buffer() && dy.offset() == room.inputGradient.offset()) {
            throw new IllegalArgumentException(describe() + ": the output gradient is this layer's own input gradient,"
                    + " which this pass would overwrite: copy it first.");
        }
        return room;
    }

    private void requireHere(String what, Tensor tensor) {
        requireOpen();
        if (Device.of(tensor) != device()) {
            throw new IllegalArgumentException(describe() + " is on " + device() + ", its " + what + " ("
                    + tensor.shape()
                    + ") is on " + Device.of(tensor) + ": move the model with to(device), or make the tensor with the"
                    + " model's device.");
        }
    }

    @Override
    final void freeRooms() {
        rooms.close();
        last = null;
    }
}
