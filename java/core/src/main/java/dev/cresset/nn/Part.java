package dev.cresset.nn;

import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device;
import dev.cresset.backend.Ops;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.Parameters;
import dev.cresset.backend.Variable;
import dev.cresset.tensor.Counter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a [Layer] is apart from computing: a place in a model, parameters with names, a device, a mode.
///
/// A part starts on the reference device, each parameter for itself. [#to] and [#parameters()] gather
/// all parameters of it and of all parts inside of it into one arena.
public abstract sealed class Part implements AutoCloseable permits Layer {
    private final List<Parameter> ownParameters = new ArrayList<>();
    private final List<Variable> ownStates = new ArrayList<>();
    private Device device = Device.reference();
    private Mode mode = Mode.TRAINING;
    private @Nullable Part parent;
    private String position = "";
    private @Nullable Parameters memory;
    private boolean closed;

    Part() {}

    /// Parts directly inside of this one.
    List<Part> inner() {
        return List.of();
    }

    /// Gives up the working memory; what is kept from step to step stays.
    abstract void freeRooms();

    /// The parameters of this part and all inside of it, as one arena. Asking a layer that is part of a
    /// larger model for its own arena takes it out of the larger one's.
    public final Parameters parameters() {
        if (memory == null || !memory.isCurrent()) {
            requireOn(device);
            arrange(device);
        }
        return memory;
    }

    final void arrange(Device target) {
        requireOpen();
        target.requireOpen("place " + describe());
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        Map<String, Variable> states = new LinkedHashMap<>();
        collect("", parameters, states);
        Parameters arranged = new Parameters(target, parameters, states);
        leave(target);
        memory = arranged;
    }

    private void collect(String prefix, Map<String, Parameter> parameters, Map<String, Variable> states) {
        ownParameters.forEach(p -> parameters.put(prefix + p.name(), p));
        ownStates.forEach(s -> states.put(prefix + s.name(), s));
        inner().forEach(part -> part.collect(prefix + part.position + ".", parameters, states));
    }

    /// Gives up all memory on the device so far; the parameters have been moved already.
    private void leave(Device target) {
        freeRooms();
        if (memory != null) {
            memory.close();
            memory = null;
        }
        moveCounters(target);
        device = target;
        inner().forEach(part -> part.leave(target));
    }

    void moveCounters(Device target) {}

    /// The device that this part computes on.
    public final Device device() {
        return device;
    }

    final Ops ops() {
        return device.ops();
    }

    final void setMode(Mode mode) {
        this.mode = mode;
    }

    /// Whether every part is in the mode that it has in `modes`, as [#modes] gave them.
    final boolean isIn(Map<Part, Mode> modes) {
        if (modes.get(this) != mode) {
            return false;
        }
        List<Part> inside = inner();
        for (int i = 0; i < inside.size(); i++) {
            if (!inside.get(i).isIn(modes)) {
                return false;
            }
        }
        return true;
    }

    final void modes(Map<Part, Mode> to) {
        to.put(this, mode);
        inner().forEach(part -> part.modes(to));
    }

    final void enter(Mode mode) {
        setMode(mode);
        inner().forEach(part -> part.enter(mode));
    }

    public final Mode mode() {
        return mode;
    }

    /// The counters of random draws in this part and all inside of it.
    public List<Counter> counters() {
        return inner().stream().flatMap(part -> part.counters().stream()).toList();
    }

    final Parameter parameter(String name, int rows, int columns, double[] values) {
        Device host = Device.reference();
        Parameter parameter = new Parameter(name, host.tensor(rows, columns, values), host.tensor(rows, columns));
        ownParameters.add(parameter);
        return parameter;
    }

    final Variable state(String name, double[] values) {
        Variable state = new Variable(name, Device.reference().tensor(1, values.length, values));
        ownStates.add(state);
        return state;
    }

    final void requireFree() {
        if (parent != null) {
            throw new IllegalArgumentException(
                    describe() + " is already part of a model: give each place a layer of its own.");
        }
    }

    /// Throws unless this part and all inside of it are on `expected`.
    final void requireOn(Device expected) {
        if (device != expected) {
            throw new IllegalArgumentException(describe() + " is on " + device + ", where " + expected
                    + " was expected: move all parts of a model to one device, with to(device) on the whole.");
        }
        inner().forEach(part -> part.requireOn(expected));
    }

    final void settle(Device where) {
        device = where;
    }

    final void adopt(Part part, String position) {
        part.parent = this;
        part.position = position;
    }

    /// Type, place in the model and sizes, as messages name this part: `Linear '0' (784 → 256)`.
    public final String describe() {
        String path = position;
        for (Part at = parent; at != null && !at.position.isEmpty(); at = at.parent) {
            path = at.position + "." + path;
        }
        String sizes = sizes();
        return getClass().getSimpleName()
                + (path.isEmpty() ? "" : " '" + path + "'")
                + (sizes.isEmpty() ? "" : " (" + sizes + ")");
    }

    String sizes() {
        return "";
    }

    /// [#describe()].
    @Override
    public final String toString() {
        return describe();
    }

    final void requireOpen() {
        if (closed) {
            throw new ClosedException(describe() + " has been closed: build the model anew.");
        }
        if (!device.isOpen()) {
            throw new ClosedException(describe() + " is on " + device + ", which has been closed, and its numbers are"
                    + " gone: save a model, or move it with to(device), before its device closes.");
        }
    }

    /// Frees all memory of this part and all inside of it. Closing twice is allowed.
    @Override
    public void close() {
        closed = true;
        freeRooms();
        if (memory != null) {
            memory.close();
        }
        inner().forEach(Part::close);
    }
}
