package dev.cresset.backend.cpu;

import dev.cresset.backend.Activation;
import dev.cresset.tensor.Tensor;

/// One verb while it is computed: its arguments and how it is cut into parts. Calls are used again and again
/// ([CpuCalls]), because a new object for each verb would be garbage in every step.
final class CpuCall {
    /// Elements of a part where an element costs about a nanosecond or less: below, handing a part to another thread
    /// costs more than computing it.
    static final int LIGHT = 16384;

    /// Elements of a part where an element costs several nanoseconds, such as an exponential.
    static final int HEAVY = 4096;

    private static final int MOST_TENSORS = 9;
    private static final int SHARED = 2;
    private static final String NONE = "";

    private final long thread;
    private final CpuWorkers workers;
    private final CpuBlocks blocks;
    private final CpuScratch scratch = new CpuScratch();
    private final Tensor[] tensors = new Tensor[MOST_TENSORS];
    private int count;
    private boolean busy;
    private Object option = NONE;
    private Activation activation = Activation.IDENTITY;
    private final double[] scalars = new double[2];
    private final long[] words = new long[2];
    private final double[] item = new double[1];
    private final double[][] shared = new double[SHARED][0];

    private Kernel kernel = (call, from, to, room) -> {};
    private long units;
    private long unitsPerPart;
    private int parts;

    /// @param thread the only thread that uses it, by its number
    CpuCall(long thread, CpuWorkers workers, CpuBlocks blocks) {
        this.thread = thread;
        this.workers = workers;
        this.blocks = blocks;
    }

    /// Whether this is a call of the thread with this number, and free: then it is its verb's now. One whose verb has
    /// failed is never free again.
    boolean begin(long wanted) {
        if (thread != wanted || busy) {
            return false;
        }
        busy = true;
        return true;
    }

    /// Whether this is a call of the thread with this number, free or not.
    boolean isOf(long wanted) {
        return thread == wanted;
    }

    /// Adds the next tensor.
    ///
    /// @throws dev.cresset.backend.ClosedException if its memory has been freed
    CpuCall with(Tensor tensor) {
        CpuBuffer.of(tensor);
        tensors[count++] = tensor;
        return this;
    }

    /// Sets the verb's description: an [dev.cresset.backend.Activation], say.
    CpuCall option(Object value) {
        option = value;
        return this;
    }

    /// Sets the function behind a product, beside its option.
    CpuCall activation(Activation f) {
        activation = f;
        return this;
    }

    CpuCall scalars(double first, double second) {
        scalars[0] = first;
        scalars[1] = second;
        return this;
    }

    CpuCall words(long first, long second) {
        words[0] = first;
        words[1] = second;
        return this;
    }

    int tensors() {
        return count;
    }

    Tensor tensor(int index) {
        return tensors[index];
    }

    <T> T option(Class<T> type) {
        return type.cast(option);
    }

    Activation activation() {
        return activation;
    }

    double scalar(int index) {
        return scalars[index];
    }

    long word(int index) {
        return words[index];
    }

    /// What computes stretches of numbers on this device.
    CpuBlocks blocks() {
        return blocks;
    }

    /// The scratch of the thread that called the verb, for what is not divided.
    CpuScratch scratch() {
        return scratch;
    }

    /// Overwrites tensor number `index` with `from[start ...]`, on the thread that called the verb.
    void write(int index, double[] from, int start) {
        scratch.store(tensors[index], 0, from, start, (int) tensors[index].size());
    }

    /// Overwrites the only element of tensor number `index`.
    void writeItem(int index, double value) {
        item[0] = value;
        write(index, item, 0);
    }

    /// Array number `index` of at least `length` elements, which all parts of the verb see; undefined at first.
    double[] shared(int index, int length) {
        if (shared[index].length < length) {
            shared[index] = new double[length];
        }
        return shared[index];
    }

    /// Array number `index` as it was last asked for.
    double[] shared(int index) {
        return shared[index];
    }

    /// Runs the kernel over all `size` elements, in parts of `grain`.
    CpuCall elements(Kernel work, long size, int grain) {
        return run(work, size, grain);
    }

    /// Runs the kernel over all rows of a matrix, in parts of about `grain` elements.
    CpuCall rows(Kernel work, Tensor shape, int grain) {
        return run(work, shape.rows(), Math.max(1, grain / Math.max(1, shape.columns())));
    }

    /// Runs the kernel over units `0 .. size − 1`, in parts of `perPart`, and returns when all are done.
    CpuCall run(Kernel work, long size, long perPart) {
        kernel = work;
        units = size;
        unitsPerPart = perPart;
        try {
            if (size <= perPart) {
                parts = size == 0 ? 0 : 1;
                if (size > 0) {
                    work.run(this, 0, size, scratch);
                }
            } else {
                parts = Math.toIntExact((size + perPart - 1) / perPart);
                workers.run(this, parts);
            }
        } catch (IllegalStateException e) {
            // Memory that another thread frees meanwhile throws from wherever it is being used.
            for (int i = 0; i < count; i++) {
                CpuBuffer.of(tensors[i]);
            }
            throw e;
        }
        return this;
    }

    int parts() {
        return parts;
    }

    /// Computes one part, on any thread.
    void part(int index, CpuScratch room) {
        long from = index * unitsPerPart;
        kernel.run(this, from, Math.min(from + unitsPerPart, units), room);
    }

    /// Gives this call back for the next verb.
    void end() {
        for (int i = 0; i < count; i++) {
            tensors[i] = null;
        }
        count = 0;
        // Collectors keep books of writes of references.
        if (option != NONE) {
            option = NONE;
        }
        busy = false;
    }
}
