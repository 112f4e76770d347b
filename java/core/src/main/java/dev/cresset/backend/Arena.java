package dev.cresset.backend;

import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Tensor;
import java.util.function.Consumer;

/// One contiguous piece of device memory from which tensors are taken one after the other, each
/// aligned. All parameters of a model lie in one arena, so that an optimizer is one launch and a
/// checkpoint one copy; the activations of one batch shape lie in another, so that a step allocates
/// nothing.
///
/// The size is known beforehand: [#filledBy] runs the same taking twice, first to measure.
public final class Arena implements AutoCloseable {
    private final Device device;
    private final Buffer buffer;
    private long used;

    private Arena(Device device, Buffer buffer) {
        this.device = device;
        this.buffer = buffer;
    }

    /// A new arena that is exactly as large as what `use` takes from it. `use` runs twice, so it must
    /// take the same tensors each time; only those of the second run are backed by memory.
    ///
    /// @throws DeviceMemoryException if the device cannot give so much
    public static Arena filledBy(Device device, Consumer<Arena> use) {
        device.requireUsable("allocate memory");
        Arena measure = new Arena(device, new Unbacked(device));
        use.accept(measure);
        Arena arena = new Arena(device, device.allocate(measure.used, Device.Lifetime.OWNED));
        try {
            use.accept(arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
        return arena;
    }

    /// The next tensor of zeros.
    public Tensor tensor(int rows, int columns) {
        Tensor tensor = new Tensor(buffer, used, rows, columns);
        int alignment = device.alignment();
        used += (tensor.size() + alignment - 1) / alignment * alignment;
        return tensor;
    }

    /// Elements taken so far, padding included.
    public long used() {
        return used;
    }

    /// Everything from element `from` to element `to` as one tensor, padding (zeros) included. Both are
    /// multiples of the alignment.
    Tensor range(long from, long to) {
        int alignment = device.alignment();
        return new Tensor(buffer, from, Math.toIntExact((to - from) / alignment), alignment);
    }

    /// Frees the memory; tensors taken from here then throw [ClosedException]. Closing twice is allowed.
    @Override
    public void close() {
        device.free(buffer);
    }

    /// Memory that has a place for everything and holds nothing: for measuring.
    private static final class Unbacked extends Buffer {
        private final Device device;

        private Unbacked(Device device) {
            this.device = device;
        }

        @Override
        public long size() {
            return Long.MAX_VALUE;
        }

        @Override
        public Object owner() {
            return device;
        }

        @Override
        public void requireOpen() {}

        @Override
        public void read(long from, double[] to, int at, int count) {
            throw new IllegalStateException("This tensor only measures the size of an arena.");
        }

        @Override
        public void write(long at, double[] from, int start, int count) {
            throw new IllegalStateException("This tensor only measures the size of an arena.");
        }
    }
}
