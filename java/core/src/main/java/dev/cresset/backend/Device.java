package dev.cresset.backend;

import dev.cresset.backend.cpu.CpuBackend;
import dev.cresset.backend.cuda.CudaBackend;
import dev.cresset.backend.reference.ReferenceBackend;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.ShapeException;
import dev.cresset.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/// A place where models live and are computed: memory of one precision and the [Ops] on it.
///
/// Closing a device frees every [Arena] it gave out; whatever is used afterwards throws
/// [ClosedException]. Tensors made with `tensor(...)` are freed when nothing refers to them any more.
///
/// Threads: a device may serve several threads at once, as long as each tensor, and so each model, is
/// used by one thread at a time.
public abstract class Device implements AutoCloseable {
    /// Who frees a piece of memory.
    public enum Lifetime {
        /// Its owner, by [#free], or the device when it closes.
        OWNED,
        /// The garbage collector, once nothing refers to it.
        COLLECTED
    }

    private final String name;
    private final Precision precision;
    private final ThreadLocal<Replaying> replaying = ThreadLocal.withInitial(Replaying::new);

    /// Whether a thread replays a recording just now. It is kept for the thread, as an entry that is made anew for each
    /// step would be garbage in each.
    private static final class Replaying {
        boolean now;
    }

    protected Device(String name, Precision precision) {
        this.name = name;
        this.precision = precision;
    }

    /// The reference device: plain Java, float64, no native code, slow and plain. There is one, it owns
    /// nothing that needs freeing and so is always open. Layers start on it.
    public static Device reference() {
        return ReferenceBackend.INSTANCE;
    }

    /// A new CPU device in float32.
    public static Device cpu() {
        return cpu(Precision.FP32);
    }

    /// A new CPU device: products by oneDNN or OpenBLAS, everything over all cores (at most [CpuOptions#MOST_THREADS]).
    ///
    /// @throws IllegalArgumentException if `precision` is one of GPUs
    /// @throws DeviceUnavailableException if the library for products cannot be loaded; the message says why
    public static Device cpu(Precision precision) {
        return CpuBackend.open(precision);
    }

    /// A new CPU device that computes on `threads` threads, the one that calls included; results are the same, bit for
    /// bit, for every number.
    ///
    /// @param threads 1 to [CpuOptions#MOST_THREADS], which is 1024
    /// @throws IllegalArgumentException for another number, or if `precision` is one of GPUs
    /// @throws DeviceUnavailableException if the library for products cannot be loaded; the message says why
    public static Device cpu(Precision precision, int threads) {
        return CpuBackend.open(precision, threads);
    }

    /// A new device on GPU number `ordinal`, in any [Precision]; FP32 is strict. It works in the GPU's primary context,
    /// as the CUDA runtime does, and makes that context current on the threads that use it; other code that drives CUDA
    /// from the same threads chooses its GPU again before it works.
    ///
    /// @throws DeviceUnavailableException if this machine has no such GPU, or lacks a library; the message says what
    /// to do
    public static Device cuda(int ordinal, Precision precision) {
        return CudaBackend.open(ordinal, precision);
    }

    /// The GPUs of this machine, in the driver's order; none where the driver sees none.
    ///
    /// @throws DeviceUnavailableException if there is no NVIDIA driver or no cuBLAS; the message says what to do
    public static List<Gpu> gpus() {
        return CudaBackend.gpus();
    }

    /// The best device of this machine, in float32. One log line says what was chosen and why.
    public static Device best() {
        Choice choice = Choice.best(Precision.FP32, CpuOptions.NONE);
        LoggerFactory.getLogger(Device.class).info("{}", choice.reason());
        return choice.device();
    }

    /// The device that a user names: `cpu`, `reference`, `cuda` (which is `cuda:0`) or `cuda:N`, or `auto` for the best
    /// there is ([#best] says which).
    ///
    /// @throws IllegalArgumentException if the name is none of these, or the device has no such precision
    /// @throws DeviceUnavailableException if this machine or this build does not have it
    public static Device open(String name, Precision precision) {
        return Choice.named(name, precision).device();
    }

    /// Short name, such as `cpu`.
    public final String name() {
        return name;
    }

    /// Precision of every number on this device.
    public final Precision precision() {
        return precision;
    }

    /// One line for people: what computes here, on how many threads, with which libraries, and whether it is closed.
    public abstract String description();

    /// The verbs, with every argument checked before anything is overwritten.
    public abstract Ops ops();

    /// A new counter at 0.
    public abstract Counter counter();

    /// Whether [#close()] has not been called yet.
    public abstract boolean isOpen();

    /// Frees everything that this device gave out. Closing twice is allowed.
    @Override
    public abstract void close();

    /// New memory of `elements` zeros; for [Arena].
    ///
    /// @throws DeviceMemoryException if there is not so much
    protected abstract Buffer allocate(long elements, Lifetime lifetime);

    /// Frees memory that was allocated as [Lifetime#OWNED]. Freeing twice is allowed.
    protected abstract void free(Buffer buffer);

    /// Elements to which each tensor of an arena is aligned.
    protected abstract int alignment();

    /// A new tensor of zeros. Without rows or columns it is empty: layers take it, and a mean over it is NaN.
    public final Tensor tensor(int rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new ShapeException("A tensor of " + rows + "×" + columns + " is not possible: sizes are 0 or more.");
        }
        requireUsable("allocate a tensor");
        return new Tensor(allocate((long) rows * columns, Lifetime.COLLECTED), 0, rows, columns);
    }

    /// A new tensor with these numbers, row after row.
    ///
    /// @throws ShapeException unless there are exactly `rows · columns` of them
    public final Tensor tensor(int rows, int columns, double[] values) {
        if (values.length != (long) rows * columns) {
            throw new ShapeException("A tensor of " + rows + "×" + columns + " takes " + (long) rows * columns
                    + " numbers, " + values.length + " were given: pass one for each element.");
        }
        Tensor tensor = tensor(rows, columns);
        tensor.write(values);
        return tensor;
    }

    /// A new tensor with these rows.
    ///
    /// @throws ShapeException if the rows differ in length
    public final Tensor tensor(double[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        double[] values = new double[Math.multiplyExact(rows.length, columns)];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != columns) {
                throw new ShapeException("A tensor needs rows of one length: row 0 has " + columns + " numbers, row "
                        + i + " has " + rows[i].length + ": give each as many.");
            }
            System.arraycopy(rows[i], 0, values, i * columns, columns);
        }
        return tensor(rows.length, columns, values);
    }

    /// A new table with the numbers of `source`, in the narrowest form that holds them exactly.
    ///
    /// @throws DeviceMemoryException if the device has no room for it
    public final Table table(int rows, int columns, Table.Source source) {
        requireUsable("make a table");
        return new TableWriter(this, rows, columns, source).table();
    }

    /// New memory for the codes of a table; here it is the host's.
    ///
    /// @throws DeviceMemoryException if there is not so much
    protected Codes codes(long count) {
        return new HostCodes(this, count);
    }

    /// Whether this device's memory is its own, so that data must be sent there; no where it is the host's.
    public boolean hasOwnMemory() {
        return false;
    }

    /// How many bytes may still be allocated here, as far as the device knows; [Long#MAX_VALUE] if it does not.
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    /// A way to bring numbers of `tensor` to the host without stopping the device.
    ///
    /// @throws IllegalArgumentException if the tensor lives on another device
    public final Readback readback(Tensor tensor) {
        requireUsable("read a tensor");
        return new CheckedReadback(this, tensor);
    }

    /// What copies for [#readback].
    protected Readback copiesOf(Tensor tensor) {
        return new HostReadback(tensor);
    }

    /// How many training steps are worth submitting at once: 1 where a step is done when it is submitted.
    public int stepsAtOnce() {
        return 1;
    }

    /// A faster way to do a whole training step, if this device has one of that tier (any, for AUTO).
    ///
    /// @param reasons gets a sentence for each tier that was asked for and does not fit, naming layer and size
    public Optional<StepProgram> program(StepPlan plan, Tier tier, List<String> reasons) {
        reasons.add(this + " does training steps verb by verb only.");
        return Optional.empty();
    }

    /// A recording of `work`; see [Recording] for what work may do. Here replaying is running it again.
    public Recording record(Runnable work) {
        requireUsable("record");
        return new HostRecording(this, work);
    }

    /// Brings batches from the host here, one after the other; see [Conveyor].
    ///
    /// @param shape the largest batch
    /// @throws DeviceMemoryException if there is no room for a few of them
    /// @throws IllegalArgumentException if its numbers take more than 2 GiB, on a GPU
    public Conveyor conveyor(BatchShape shape, BatchLoader loader) {
        requireUsable("make a conveyor");
        return new HostConveyor(this, shape, loader);
    }

    /// For backends: runs work that is being recorded or replayed; until it ends, [#requireUsable] refuses this thread.
    protected final void runInRecording(Runnable work) {
        Replaying here = replaying.get();
        here.now = true;
        try {
            work.run();
        } finally {
            here.now = false;
        }
    }

    /// The device of a tensor.
    public static Device of(Tensor tensor) {
        return (Device) tensor.buffer().owner();
    }

    /// For backends: throws if this device is closed, or if this thread replays a recording, in which
    /// nothing may be allocated and the host may neither read nor write.
    ///
    /// @param action what was about to happen, such as `allocate a tensor`
    public final void requireUsable(String action) {
        requireOpen(action);
        requireOutside(action);
    }

    /// For backends: throws if this thread replays a recording.
    final void requireOutside(String action) {
        if (replaying.get().now) {
            throw new IllegalStateException("Cannot " + action + " on " + this
                    + " inside a recording: do it before recording, or between two replays.");
        }
    }

    /// For backends: throws if this device is closed.
    public final void requireOpen(String action) {
        if (!isOpen()) {
            throw new ClosedException("Cannot " + action + " on " + this
                    + ": the device has been closed. Keep it open for as long as its models and tensors are used.");
        }
    }

    /// `name/PRECISION`, as it stands in messages.
    @Override
    public final String toString() {
        return name + "/" + precision;
    }
}
