package dev.cresset.nn;

import dev.cresset.backend.Arena;
import dev.cresset.backend.Device;
import dev.cresset.backend.step.Stage;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Layers one after the other: the output of each is the input of the next. Parameters are named as in
/// PyTorch, `0.weight` for the weight of the first layer. The output of the whole is the output of the
/// last layer, the same tensor.
public sealed class Sequential extends Layer permits MLP, MLP0, MLP1, MLP4 {
    private final List<Layer> layers;

    public Sequential(Layer... layers) {
        this(List.of(layers));
    }

    /// A model of these layers, on the device that they are on.
    ///
    /// @throws IllegalArgumentException if there are no layers, one is already part of a model, or they are on
    ///     different devices
    public Sequential(List<? extends Layer> layers) {
        if (layers.isEmpty() || new HashSet<>(layers).size() < layers.size()) {
            throw new IllegalArgumentException(
                    "Sequential needs one layer or more, each in one place only, found " + layers + ".");
        }
        layers.forEach(Part::requireFree);
        layers.forEach(layer -> layer.requireOn(layers.getFirst().device()));
        this.layers = List.copyOf(layers);
        settle(layers.getFirst().device());
        for (int i = 0; i < this.layers.size(); i++) {
            adopt(this.layers.get(i), Integer.toString(i));
        }
    }

    /// The layers in order.
    public final List<Layer> layers() {
        return layers;
    }

    /// Layer number `index`, from 0 on.
    public final Layer layer(int index) {
        return layers.get(index);
    }

    @Override
    public Sequential to(Device device) {
        super.to(device);
        return this;
    }

    @Override
    public final int outputs(int inputs) {
        int columns = inputs;
        for (Layer layer : layers) {
            columns = layer.outputs(columns);
        }
        return columns;
    }

    @Override
    public final LayerSpec spec() {
        return new LayerSpec.SequentialSpec(layers.stream().map(Layer::spec).toList());
    }

    @Override
    public final List<Stage> stages(int rows) {
        return layers.stream().flatMap(layer -> layer.stages(rows).stream()).toList();
    }

    @Override
    final List<Part> inner() {
        return List.copyOf(layers);
    }

    @Override
    public final void requireRows(int rows) {
        layers.forEach(layer -> layer.requireRows(rows));
    }

    @Override
    final Room furnish(int rows, int columns, Arena arena) {
        List<Room> inner = new ArrayList<>();
        int width = columns;
        for (Layer layer : layers) {
            Room room = layer.furnish(rows, width, arena);
            inner.add(room);
            width = room.output.columns();
        }
        return new Room(inner.getLast().output, inner.getFirst().inputGradient, List.of(), inner);
    }

    /// A Linear and the activation behind it are one fused verb.
    @Override
    final void compute(Tensor x, Room room) {
        Tensor a = x;
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof Linear linear && activationBehind(i) instanceof ActivationLayer activation) {
                a = linear.runWith(activation, a, room.inner.get(i), room.inner.get(i + 1));
                i++;
            } else {
                a = layers.get(i).run(a, room.inner.get(i));
            }
        }
    }

    @Override
    final void computeGradients(Tensor dy, Room room, InputGradient wanted) {
        Tensor gradient = dy;
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (i > 0
                    && layers.get(i - 1) instanceof Linear linear
                    && activationBehind(i - 1) instanceof ActivationLayer activation) {
                Room behind = room.inner.get(i);
                i--;
                gradient = linear.differentiateWith(activation, gradient, room.inner.get(i), behind, below(i, wanted));
            } else {
                gradient = layers.get(i).differentiate(gradient, room.inner.get(i), below(i, wanted));
            }
        }
    }

    private @Nullable ActivationLayer activationBehind(int index) {
        boolean isThere = index + 1 < layers.size() && layers.get(index + 1) instanceof ActivationLayer;
        return isThere ? (ActivationLayer) layers.get(index + 1) : null;
    }

    private static InputGradient below(int index, InputGradient wanted) {
        return index == 0 ? wanted : InputGradient.WANTED;
    }
}
