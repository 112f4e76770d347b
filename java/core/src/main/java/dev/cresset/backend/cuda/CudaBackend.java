package dev.cresset.backend.cuda;

import dev.cresset.backend.BatchLoader;
import dev.cresset.backend.BatchShape;
import dev.cresset.backend.CheckedOps;
import dev.cresset.backend.Codes;
import dev.cresset.backend.Conveyor;
import dev.cresset.backend.Device;
import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.backend.Gpu;
import dev.cresset.backend.Ops;
import dev.cresset.backend.Readback;
import dev.cresset.backend.Recording;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.backend.step.StepProgram;
import dev.cresset.backend.step.Tier;
import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.lang.ref.Cleaner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One GPU as a device: its primary context, one stream, the kernels, cuBLAS and the memory that it gave out. There can
/// be several devices on one GPU, each with its own stream and memory.
///
/// Threads: any number may use a device; the monitor of its context lets one at a time talk to the driver, and work is
/// done in the order of submission. Two devices wait for each other only at the [CudaGate] of their GPU.
public final class CudaBackend extends Device {
    /// 512 bytes in float32: every tensor of an arena meets the alignment that cuBLAS' fast kernels want.
    private static final int ALIGNMENT_ELEMENTS = 128;

    /// So many steps in one graph make what the host does for a launch and for reading losses back small beside them.
    private static final int STEPS_AT_ONCE = 32;

    private static final Cleaner CLEANER = Cleaner.create();

    private final CudaEngine engine;
    private final CudaContext context;
    private final CudaHeap heap;
    private final Ops ops;
    private final String description;
    /// What must be closed before the device is, and how.
    private final Map<Object, Runnable> dependents = new LinkedHashMap<>();

    private @Nullable CudaUses recorded;
    private volatile boolean open = true;

    private CudaBackend(CudaDriver driver, Gpu gpu, Precision precision) {
        super("cuda:" + gpu.ordinal(), precision);
        this.engine = new CudaEngine(driver, gpu, precision);
        this.context = engine.context();
        this.heap = engine.heap();
        this.ops = new CheckedOps(this, engine.ops());
        this.description = name() + ": " + engine.description();
    }

    /// A new device on GPU number `ordinal`.
    ///
    /// @throws DeviceUnavailableException if this machine does not have it, or lacks what it needs; the message says
    /// what
    ///     to do
    public static CudaBackend open(int ordinal, Precision precision) {
        Objects.requireNonNull(precision, "A GPU device needs a precision, found null: give Precision.FP32, say.");
        CudaDriver driver = CudaDriver.open("cuda:" + ordinal);
        Gpu gpu = driver.require(ordinal);
        ReentrantLock gate = CudaGate.lock(ordinal);
        try {
            return new CudaBackend(driver, gpu, precision);
        } catch (DeviceFailedException | DeviceMemoryException e) {
            throw new DeviceUnavailableException("Device cuda:" + ordinal + " is not available: " + e.getMessage(), e);
        } finally {
            gate.unlock();
        }
    }

    /// The GPUs of this machine; none where the driver sees none.
    ///
    /// @throws DeviceUnavailableException if there is no driver or no cuBLAS
    public static List<Gpu> gpus() {
        return CudaDriver.open("cuda").gpus();
    }

    @Override
    public String description() {
        return isOpen() ? description : description + " (closed)";
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Counter counter() {
        requireUsable("make a counter");
        synchronized (context) {
            CudaMemory memory = take(Long.BYTES);
            CudaCounter counter = new CudaCounter(this, memory);
            abandonWith(counter, heap, memory);
            return counter;
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /// Closing waits for what was submitted. Inside a recording it is refused.
    @Override
    public void close() {
        ReentrantLock gate = CudaGate.lock(context.gpu().ordinal());
        try {
            synchronized (context) {
                if (context.isCapturing()) {
                    throw new IllegalStateException("Cannot close " + this + " inside a recording of it.");
                }
                open = false;
                List.copyOf(dependents.values()).forEach(Runnable::run);
                engine.close();
            }
        } finally {
            gate.unlock();
        }
    }

    @Override
    protected Buffer allocate(long elements, Lifetime lifetime) {
        requireUsable("allocate memory");
        long bytes;
        try {
            bytes = Math.multiplyExact(elements, precision().bytes());
        } catch (ArithmeticException e) {
            throw new DeviceMemoryException(this + " has no room for " + elements + " elements.", e);
        }
        synchronized (context) {
            CudaMemory memory = take(bytes);
            CudaBuffer buffer = new CudaBuffer(this, memory, elements);
            if (lifetime == Lifetime.COLLECTED) {
                abandonWith(buffer, heap, memory);
            }
            return buffer;
        }
    }

    private CudaMemory take(long bytes) {
        requireOpen("allocate memory");
        context.enter();
        return heap.allocate(bytes);
    }

    /// Static, so that what is kept for later does not keep `owner` itself.
    private static void abandonWith(Object owner, CudaHeap heap, CudaMemory memory) {
        CLEANER.register(owner, () -> heap.abandon(memory));
    }

    @Override
    protected void free(Buffer buffer) {
        release(((CudaBuffer) buffer).memory());
    }

    /// Frees memory. Freeing twice is allowed.
    void release(CudaMemory memory) {
        synchronized (context) {
            if (open) {
                context.enterToRelease();
                heap.release(memory);
            }
        }
    }

    @Override
    protected Codes codes(long count) {
        requireUsable("allocate memory");
        synchronized (context) {
            return new CudaCodes(this, take(count));
        }
    }

    @Override
    public boolean hasOwnMemory() {
        return true;
    }

    @Override
    public long freeBytes() {
        requireUsable("ask for free memory");
        synchronized (context) {
            context.enter();
            return heap.freeBytes();
        }
    }

    @Override
    protected int alignment() {
        return ALIGNMENT_ELEMENTS;
    }

    /// A graph of what `work` submits; see [Recording]. Meanwhile other threads wait that use this device, or record,
    /// open or close a device of this GPU.
    @Override
    public Recording record(Runnable work) {
        requireUsable("record");
        ReentrantLock gate = CudaGate.lock(context.gpu().ordinal());
        try {
            synchronized (context) {
                requireOpen("record");
                context.enter();
                CudaUses uses = new CudaUses();
                recorded = uses;
                try {
                    CudaRecording recording = CudaRecording.of(this, context, () -> runInRecording(work), uses);
                    dependents.put(recording, recording::close);
                    return recording;
                } finally {
                    recorded = null;
                }
            }
        } finally {
            gate.unlock();
        }
    }

    @Override
    public Conveyor conveyor(BatchShape shape, BatchLoader loader) {
        requireUsable("make a conveyor");
        synchronized (context) {
            requireOpen("make a conveyor");
            CudaConveyor conveyor = new CudaConveyor(this, context, shape, CudaKernels.real(precision()), loader);
            dependents.put(conveyor, conveyor::release);
            return conveyor;
        }
    }

    /// Forgets what has been closed: a recording, a readback, a conveyor.
    void forget(Object dependent) {
        dependents.remove(dependent);
    }

    CudaEngine engine() {
        return engine;
    }

    CudaContext context() {
        return context;
    }

    /// Notes that a verb uses memory: a recording keeps `owner` alive, and must find the memory when it is replayed.
    void noteUse(Object owner, CudaMemory memory) {
        if (recorded != null) {
            recorded.add(owner, memory);
        }
    }

    @Override
    protected Readback copiesOf(Tensor tensor) {
        synchronized (context) {
            requireOpen("read a tensor");
            context.enter();
            CudaReadback readback = new CudaReadback(this, context, CudaKernels.real(precision()), tensor);
            dependents.put(readback, readback::close);
            return readback;
        }
    }

    @Override
    public Optional<StepProgram> program(StepPlan plan, Tier tier, List<String> reasons) {
        requireUsable("plan training steps");
        return new CudaPrograms(this).of(plan, tier, reasons);
    }

    @Override
    public int stepsAtOnce() {
        return STEPS_AT_ONCE;
    }
}
