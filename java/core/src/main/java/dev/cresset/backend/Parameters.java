package dev.cresset.backend;

import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The memory of a model: all its parameters in one arena, their gradients in a second of the same
/// layout, and its other variables (running statistics) in a third.
///
/// A layer makes this when it is moved to a device or asked for its parameters; making a new one
/// closes the old one, and an optimizer that still holds the old one says so.
public final class Parameters implements AutoCloseable {
    private final Device device;
    private final Map<String, Parameter> parameters;
    private final Map<String, Variable> states;
    private final Map<String, long[]> ranges = new LinkedHashMap<>();
    private final Map<String, Tensor> places = new LinkedHashMap<>();
    private final List<Arena> arenas = new ArrayList<>();
    private final Arena values;
    private final Arena gradients;
    private boolean open = true;

    /// Moves the given variables into new arenas on `device`, numbers included.
    ///
    /// @param parameters by full name, such as `0.weight`, in the order of the layers
    /// @param states by full name, such as `1.running_mean`
    public Parameters(Device device, Map<String, Parameter> parameters, Map<String, Variable> states) {
        this.device = device;
        this.parameters = new LinkedHashMap<>(parameters);
        this.states = new LinkedHashMap<>(states);
        Map<String, Tensor> gradientPlaces = new LinkedHashMap<>();
        Map<String, Tensor> statePlaces = new LinkedHashMap<>();
        // Everything that can fail comes first, so that a model moves as a whole or stays where it was.
        Map<String, double[]> numbers = new LinkedHashMap<>();
        Map<String, double[]> slopes = new LinkedHashMap<>();
        parameters.forEach((name, p) -> numbers.put(name, p.value().toArray()));
        parameters.forEach((name, p) -> slopes.put(name, p.gradient().toArray()));
        states.forEach((name, s) -> numbers.put(name, s.value().toArray()));
        try {
            this.values = arena(parameters, places);
            this.gradients = arena(parameters, gradientPlaces);
            arena(states, statePlaces);
            places.forEach((name, place) -> place.write(numbers.get(name)));
            gradientPlaces.forEach((name, place) -> place.write(slopes.get(name)));
            statePlaces.forEach((name, place) -> place.write(numbers.get(name)));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        parameters.forEach((name, p) -> p.moveTo(places.get(name), gradientPlaces.get(name)));
        states.forEach((name, s) -> s.moveTo(statePlaces.get(name)));
    }

    private Arena arena(Map<String, ? extends Variable> variables, Map<String, Tensor> taken) {
        Arena arena = Arena.filledBy(device, a -> take(a, variables, taken));
        arenas.add(arena);
        return arena;
    }

    private void take(Arena arena, Map<String, ? extends Variable> variables, Map<String, Tensor> taken) {
        variables.forEach((name, variable) -> {
            long from = arena.used();
            Tensor shape = variable.value();
            taken.put(name, arena.tensor(shape.rows(), shape.columns()));
            ranges.put(name, new long[] {from, arena.used()});
        });
    }

    public Device device() {
        return device;
    }

    /// The parameters by full name, in the order of the layers.
    public Map<String, Parameter> byName() {
        return Collections.unmodifiableMap(parameters);
    }

    /// The other variables by full name: what evaluation needs beside the parameters.
    public Map<String, Variable> states() {
        return Collections.unmodifiableMap(states);
    }

    /// Number of trained numbers, padding not counted.
    public long count() {
        return parameters.values().stream().mapToLong(p -> p.value().size()).sum();
    }

    /// The stretch of memory that holds exactly the named parameters, in as few pieces as their
    /// neighbourhood allows: a group of an optimizer.
    ///
    /// @throws ClosedException if the model has moved on since
    public List<Span> spans(List<String> names) {
        requireOpen();
        List<Span> spans = new ArrayList<>();
        long from = -1;
        long to = -1;
        for (String name : parameters.keySet()) {
            if (names.contains(name)) {
                long[] range = ranges.get(name);
                if (range[0] != to) {
                    addSpan(spans, from, to);
                    from = range[0];
                }
                to = range[1];
            }
        }
        addSpan(spans, from, to);
        return spans;
    }

    private void addSpan(List<Span> spans, long from, long to) {
        if (to > from) {
            spans.add(new Span(values.range(from, to), gradients.range(from, to)));
        }
    }

    /// The same stretch of parameters and of their gradients; padding between them is zero in both.
    public record Span(Tensor values, Tensor gradients) {}

    /// A copy of all numbers except the gradients, on the host.
    public Snapshot snapshot() {
        requireOpen();
        Map<String, double[]> copy = new LinkedHashMap<>();
        parameters.forEach((name, p) -> copy.put(name, p.value().toArray()));
        states.forEach((name, s) -> copy.put(name, s.value().toArray()));
        return new Snapshot(copy);
    }

    /// Overwrites all numbers except the gradients with those of a snapshot of the same model.
    ///
    /// @throws IllegalArgumentException if a name is missing or has another size; nothing is overwritten then
    public void restore(Snapshot snapshot) {
        requireOpen();
        Map<String, Variable> all = new LinkedHashMap<>(parameters);
        all.putAll(states);
        all.forEach((name, variable) -> {
            double[] numbers = snapshot.numbers.get(name);
            if (numbers == null || numbers.length != variable.value().size()) {
                throw new IllegalArgumentException("The snapshot does not fit this model: " + name + " should hold "
                        + variable.value().size() + " numbers, found " + (numbers == null ? "none" : numbers.length)
                        + ". Restore only snapshots of the same architecture.");
            }
        });
        all.forEach((name, variable) -> variable.set(snapshot.numbers.get(name)));
    }

    /// The numbers of a model at one moment.
    public static final class Snapshot {
        private final Map<String, double[]> numbers;

        private Snapshot(Map<String, double[]> numbers) {
            this.numbers = numbers;
        }
    }

    /// Whether the model still computes with these arenas.
    public boolean isCurrent() {
        if (!open) {
            return false;
        }
        for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
            if (entry.getValue().value() != places.get(entry.getKey())) {
                return false;
            }
        }
        return true;
    }

    /// Throws unless these arenas are still the ones that the model computes with.
    public void requireOpen() {
        device.requireOpen("use a model");
        if (!isCurrent()) {
            throw new ClosedException("The model has been moved, joined to another or closed since its parameters were"
                    + " asked for: call parameters() again and make the optimizer from that.");
        }
    }

    /// Frees the arenas. Closing twice is allowed.
    @Override
    public void close() {
        open = false;
        arenas.forEach(Arena::close);
    }
}
