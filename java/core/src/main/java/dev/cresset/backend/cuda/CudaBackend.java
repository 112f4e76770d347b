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
import dev.cresset.kernels.Real;
import dev.cresset.tensor.Buffer;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.lang.ref.Cleaner;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    private final CudaContext context;
    private final CudaHeap heap;
    private final CudaExchange exchange;
    private final CudaLaunch launch;
    private final CudaProducts products;
    private final Ops ops;
    private final String description;
    private final CudaTeardown teardown = new CudaTeardown();
    private final Set<CudaRecording> recordings = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<CudaReadback> readbacks = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<CudaConveyor> conveyors = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable CudaUses recorded;
    private volatile boolean open = true;

    private CudaBackend(CudaDriver driver, Gpu gpu, Precision precision) {
        super("cuda:" + gpu.ordinal(), precision);
        Real real = CudaKernels.real(precision);
        this.context = new CudaContext(gpu);
        teardown.add(context::close);
        try {
            this.heap = new CudaHeap(context);
            teardown.add(heap::close);
            CudaKernels kernels = CudaKernels.load(context, real, driver.cudaMajor());
            teardown.add(kernels::close);
            CudaBlas blas = new CudaBlas(context, heap, precision);
            teardown.add(blas::close);
            this.exchange = new CudaExchange(context, real);
            teardown.add(exchange::close);
            this.launch = new CudaLaunch(context, real, kernels.functions());
            CudaReductions reductions = new CudaReductions(launch, new CudaScratch(heap));
            this.products = new CudaProducts(blas, launch, new CudaScratch(heap), precision);
            this.ops = new CheckedOps(this, new CudaOps(context, launch, products, reductions));
            teardown.add(context::stop);
            this.description = "%s: %s on %s, driver for CUDA %s, cuBLAS %s, kernels: %s"
                    .formatted(name(), precision, gpu, driver.version(), driver.cublasVersion(), kernels.origin());
        } catch (RuntimeException | Error e) {
            teardown.run();
            throw e;
        }
    }

    /// A new device on GPU number `ordinal`.
    ///
    /// @throws DeviceUnavailableException if this machine does not have it, or lacks what it needs; the message says
    /// what
    ///     to do
    public static CudaBackend open(int ordinal, Precision precision) {
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
        return description;
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
                Set.copyOf(recordings).forEach(CudaRecording::close);
                Set.copyOf(readbacks).forEach(CudaReadback::close);
                Set.copyOf(conveyors).forEach(CudaConveyor::release);
                teardown.run();
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
                    recordings.add(recording);
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
            conveyors.add(conveyor);
            return conveyor;
        }
    }

    /// Forgets a conveyor that has been closed.
    void forget(CudaConveyor conveyor) {
        conveyors.remove(conveyor);
    }

    CudaExchange exchange() {
        return exchange;
    }

    CudaContext context() {
        return context;
    }

    CudaLaunch launch() {
        return launch;
    }

    CudaProducts products() {
        return products;
    }

    /// Notes that a verb uses memory: a recording keeps `owner` alive, and must find the memory when it is replayed.
    void noteUse(Object owner, CudaMemory memory) {
        if (recorded != null) {
            recorded.add(owner, memory);
        }
    }

    @Override
    public Readback readback(Tensor tensor) {
        requireUsable("read a tensor");
        synchronized (context) {
            requireOpen("read a tensor");
            context.enter();
            CudaReadback readback = new CudaReadback(this, context, CudaKernels.real(precision()), tensor);
            readbacks.add(readback);
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

    /// Forgets a readback that has been closed.
    void forget(CudaReadback readback) {
        readbacks.remove(readback);
    }

    /// Forgets a recording that has been closed.
    void forget(CudaRecording recording) {
        recordings.remove(recording);
    }
}
