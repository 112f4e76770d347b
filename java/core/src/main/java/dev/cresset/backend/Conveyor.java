package dev.cresset.backend;

import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Brings batches from the host to the device, one after the other, for data that does not fit there. On a GPU they are
/// loaded ahead by a thread of their own and copied beside the computing; elsewhere each is loaded when it is asked
/// for, on the CPU device with all its threads where rows are given as [BatchRows]. The numbers are the same.
///
/// ```java
/// try (Conveyor conveyor = device.conveyor(new BatchShape(128, 784, 1), loader)) {
///     for (int b = 0; b < batches; b++) {
///         try (Slot slot = conveyor.next()) {
///             train(slot.x(), slot.target());
///         }
///     }
/// }
/// ```
///
/// A recording that works on a slot's tensors fits batches of as many rows in the slot of this number, and no others.
///
/// Batches are taken by one thread at a time; any may close the conveyor. The device closes it at the latest.
public abstract class Conveyor implements AutoCloseable {
    private final Device device;
    private final Arena arena;
    private List<Place> places = List.of();
    private @Nullable Slot taken;
    private @Nullable Throwable failure;
    private boolean ended;
    private volatile boolean closed;

    /// Takes the memory of `count` slots.
    ///
    /// @throws DeviceMemoryException if the device has not so much
    protected Conveyor(Device device, BatchShape shape, int count) {
        this.device = device;
        this.arena = Arena.filledBy(device, memory -> {
            places = new ArrayList<>();
            for (int number = 0; number < count; number++) {
                places.add(new Place(
                        memory.tensor(shape.rows(), shape.inputs()), memory.tensor(shape.rows(), shape.targets())));
            }
        });
    }

    /// Where batches of up to a number of rows lie.
    private record Place(Tensor x, Tensor target) {}

    /// For backends: the next batch, null if there is none; called again only after one that was there.
    protected abstract @Nullable Slot arrive();

    /// For backends: all work on the batch that came last has been submitted. Does nothing once this has been closed.
    protected abstract void leave();

    /// For backends: ends the loading and waits until nothing is copied to the slots any more. Called twice at times.
    protected abstract void stop();

    /// For backends: a slot with a batch of so many rows.
    protected final Slot slot(int number, int rows) {
        Place place = places.get(number);
        boolean isWhole = rows == place.x.rows();
        return new Slot(
                this,
                number,
                isWhole ? place.x : place.x.rows(0, rows),
                isWhole ? place.target : place.target.rows(0, rows));
    }

    /// The next batch, null after the last. Work that is submitted from now on finds it in place; the host waits only
    /// where it is far ahead of the device, or the loader behind.
    ///
    /// @throws IllegalStateException if the last slot has not been given back, or inside a recording
    /// @throws ClosedException if this conveyor or its device has been closed
    /// @throws RuntimeException what the loader has thrown, after the batches before; again at each further call
    public final @Nullable Slot next() {
        device.requireUsable("take a batch");
        requireOpen();
        if (taken != null) {
            throw new IllegalStateException("Cannot take a batch on " + device
                    + " while the one before is in use: close its slot first, when all work on it has been submitted.");
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
        try {
            taken = ended ? null : arrive();
            ended = taken == null;
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
        return taken;
    }

    /// Takes back the slot that was given out last; others are back already.
    final void takeBack(Slot slot) {
        if (slot == taken) {
            device.requireOutside("give a batch back");
            taken = null;
            try {
                leave();
            } catch (RuntimeException | Error e) {
                failure = e;
                throw e;
            }
        }
    }

    /// For backends: throws if the device or this has been closed.
    protected final void requireOpen() {
        device.requireOpen("take a batch");
        if (closed) {
            throw new ClosedException("Cannot take a batch on " + device + ": the conveyor has been closed. Close it"
                    + " after the last batch.");
        }
    }

    /// For backends: frees the slots. Doing so twice is allowed.
    protected final void freeSlots() {
        arena.close();
    }

    /// Ends the loading and frees the slots, once the device has done what was submitted. On a GPU the loader is
    /// interrupted, and has returned before this does. Closing twice is allowed.
    ///
    /// @throws IllegalStateException inside a recording
    @Override
    public final void close() {
        device.requireOutside("close a conveyor");
        closed = true;
        stop();
        freeSlots();
    }
}
