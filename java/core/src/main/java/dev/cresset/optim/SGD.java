package dev.cresset.optim;

import dev.cresset.backend.Arena;
import dev.cresset.backend.ClosedException;
import dev.cresset.backend.Device;
import dev.cresset.backend.Ops;
import dev.cresset.backend.Parameters;
import dev.cresset.backend.step.Update;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Stochastic gradient descent with momentum, dampening, Nesterov and weight decay, as PyTorch defines
/// them: with `g = dLdW + weightDecay · W`, the velocity is `v ← g` in the first step and
/// `v ← μ·v + (1 − dampening)·g` afterwards, and `W ← W − λ·v`, or `W ← W − λ·(g + μ·v)` for Nesterov.
///
/// Works over the model's arena: each group of parameters is one launch for each stretch of memory that
/// lies together. Learning rate and step number live on the device, so a step can be recorded.
///
/// Sources: Polyak 1964; Nesterov 1983; Sutskever, Martens, Dahl, Hinton 2013.
public final class SGD implements AutoCloseable {
    private final Parameters parameters;
    private final List<Group> groups = new ArrayList<>();
    private final List<Arena> arenas = new ArrayList<>();
    private final Counter step;
    private boolean closed;

    private static final class Group {
        final List<String> names;
        final List<Parameters.Span> spans;
        final List<Tensor> velocities = new ArrayList<>();
        final Tensor numbers;
        Hyper hyper;

        Group(List<String> names, List<Parameters.Span> spans, Tensor numbers, Hyper hyper) {
            this.names = names;
            this.spans = spans;
            this.numbers = numbers;
            this.hyper = hyper;
        }
    }

    /// Trains all parameters alike.
    public SGD(Parameters parameters, Hyper hyper) {
        this(parameters, hyper, Map.of());
    }

    /// Trains groups of parameters differently.
    ///
    /// @param rest for parameters that no group names
    /// @param special for parameters whose full name (`0.weight`) passes the test; each parameter may pass one
    /// @throws IllegalArgumentException if a parameter is in two groups or a group is empty
    public SGD(Parameters parameters, Hyper rest, Map<Predicate<String>, Hyper> special) {
        this.parameters = parameters;
        Set<String> left = new LinkedHashSet<>(parameters.byName().keySet());
        Map<List<String>, Hyper> members = new LinkedHashMap<>();
        special.forEach((test, hyper) -> {
            List<String> names =
                    parameters.byName().keySet().stream().filter(test).toList();
            if (names.isEmpty() || !left.containsAll(names)) {
                throw new IllegalArgumentException("SGD: a group takes parameters that no other group has, found "
                        + names + " of " + parameters.byName().keySet() + ".");
            }
            names.forEach(left::remove);
            members.put(names, hyper);
        });
        if (!left.isEmpty()) {
            members.put(List.copyOf(left), rest);
        }
        try {
            members.forEach(this::add);
        } catch (RuntimeException e) {
            arenas.forEach(Arena::close);
            throw e;
        }
        this.step = parameters.device().counter();
    }

    private void add(List<String> names, Hyper hyper) {
        Device device = parameters.device();
        Group group = new Group(names, parameters.spans(names), device.tensor(1, 4, hyper.numbers()), hyper);
        if (hyper.momentum() != 0) {
            arenas.add(Arena.filledBy(device, arena -> {
                group.velocities.clear();
                group.spans.forEach(span -> group.velocities.add(
                        arena.tensor(span.values().rows(), span.values().columns())));
            }));
        }
        groups.add(group);
    }

    /// Overwrites the parameters, one step along their gradients.
    ///
    /// @throws ClosedException if the model has moved since this was made, or this has been closed
    public void step() {
        requireOpen();
        Ops ops = parameters.device().ops();
        for (Group group : groups) {
            for (int i = 0; i < group.spans.size(); i++) {
                Parameters.Span span = group.spans.get(i);
                if (group.velocities.isEmpty()) {
                    ops.sgd(span.gradients(), span.values(), group.numbers);
                } else {
                    ops.sgdMomentum(
                            group.hyper.form(),
                            span.gradients(),
                            group.velocities.get(i),
                            span.values(),
                            group.numbers,
                            step);
                }
            }
        }
        ops.advance(step);
    }

    /// This optimizer as devices see it when they do a whole training step at once; empty if it trains groups of
    /// parameters differently.
    public Optional<Update> update() {
        requireOpen();
        if (groups.size() != 1 || groups.getFirst().spans.size() != 1) {
            return Optional.empty();
        }
        Group group = groups.getFirst();
        Hyper hyper = group.hyper;
        Tensor velocity = group.velocities.isEmpty() ? null : group.velocities.getFirst();
        return Optional.of(new Update(
                group.spans.getFirst(),
                velocity,
                hyper.form(),
                hyper.momentum(),
                hyper.dampening(),
                hyper.weightDecay(),
                group.numbers,
                step));
    }

    /// Throws if this optimizer has been closed or no longer fits its model.
    ///
    /// @throws ClosedException in either case
    public void requireOpen() {
        if (closed) {
            throw new ClosedException("SGD has been closed: make a new one from the model's parameters().");
        }
        parameters.requireOpen();
    }

    /// Sets the learning rate of every group, from the next step on, recorded steps included.
    public void lr(double lr) {
        requireOpen();
        for (Group group : groups) {
            group.hyper = group.hyper.withLr(lr);
            group.numbers.write(group.hyper.numbers());
        }
    }

    /// What the parameter of this full name is trained with.
    public Hyper hyper(String name) {
        return group(name).hyper;
    }

    /// Steps done so far.
    public long steps() {
        return step.value();
    }

    /// The velocity v of the parameter of this full name, row after row, or null if it has no momentum.
    public double @Nullable [] velocity(String name) {
        requireOpen();
        Group group = group(name);
        if (group.velocities.isEmpty()) {
            return null;
        }
        Tensor value = parameters.byName().get(name).value();
        for (int i = 0; i < group.spans.size(); i++) {
            Tensor span = group.spans.get(i).values();
            long from = value.offset() - span.offset();
            if (from >= 0 && from + value.size() <= span.size()) {
                Tensor velocity = group.velocities.get(i);
                return new Tensor(velocity.buffer(), velocity.offset() + from, value.rows(), value.columns()).toArray();
            }
        }
        throw new IllegalStateException("SGD has no memory for " + name + ".");
    }

    private Group group(String name) {
        return groups.stream()
                .filter(group -> group.names.contains(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("SGD trains no parameter '" + name + "', only "
                        + parameters.byName().keySet() + "."));
    }

    /// Frees the velocities. Closing twice is allowed.
    @Override
    public void close() {
        closed = true;
        arenas.forEach(Arena::close);
    }
}
