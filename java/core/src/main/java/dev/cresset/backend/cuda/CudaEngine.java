package dev.cresset.backend.cuda;

import dev.cresset.backend.Gpu;
import dev.cresset.backend.Ops;
import dev.cresset.kernels.Real;
import dev.cresset.tensor.Precision;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What a device works with: opened one after the other, given back in the opposite order.
final class CudaEngine {
    private final CudaTeardown teardown = new CudaTeardown();
    private final Precision precision;
    private final CudaContext context;
    private final CudaHeap heap;
    private final CudaBlas blas;
    private final CudaExchange exchange;
    private final CudaLaunch launch;
    private final CudaProducts products;
    private final Ops ops;
    private final String description;
    private @Nullable CudaSide side;
    private @Nullable CudaLt lt;

    /// The caller holds the gate of the GPU. If anything fails, everything is given back.
    CudaEngine(CudaDriver driver, Gpu gpu, Precision precision) {
        Real real = CudaKernels.real(precision);
        this.precision = precision;
        this.context = new CudaContext(gpu);
        teardown.add(context::close);
        try {
            this.heap = new CudaHeap(context);
            teardown.add(heap::close);
            CudaKernels kernels = CudaKernels.load(context, real, driver.cudaMajor());
            teardown.add(kernels::close);
            this.blas = new CudaBlas(context, heap, precision, context.stream());
            teardown.add(blas::close);
            this.exchange = new CudaExchange(context, real);
            teardown.add(exchange::close);
            this.launch = new CudaLaunch(context, real, kernels.functions());
            this.products = new CudaProducts(blas, launch, new CudaScratch(heap), precision);
            CudaReductions reductions = new CudaReductions(launch, new CudaScratch(heap));
            this.ops = new CudaOps(context, launch, products, reductions);
            teardown.add(context::stop);
            this.description = "%s on %s, driver for CUDA %s, cuBLAS %s, kernels: %s"
                    .formatted(precision, gpu, driver.version(), driver.cublasVersion(), kernels.origin());
        } catch (RuntimeException | Error e) {
            teardown.run();
            throw e;
        }
    }

    CudaContext context() {
        return context;
    }

    CudaHeap heap() {
        return heap;
    }

    CudaExchange exchange() {
        return exchange;
    }

    CudaLaunch launch() {
        return launch;
    }

    CudaProducts products() {
        return products;
    }

    /// The verbs, which trust their arguments.
    Ops ops() {
        return ops;
    }

    /// Precision, GPU and libraries, for people.
    String description() {
        return description;
    }

    /// The second stream; made when it is first asked for, which is not for a recording.
    CudaSide side() {
        ReentrantLock gate = CudaGate.lock(context.gpu().ordinal());
        try {
            synchronized (context) {
                if (side == null) {
                    context.enter();
                    CudaSide made = new CudaSide(context, heap, precision);
                    teardown.add(made::close);
                    side = made;
                }
                return side;
            }
        } finally {
            gate.unlock();
        }
    }

    /// cuBLASLt on the device's stream; opened when it is first asked for, which is not for a recording. It shares the
    /// workspace of cuBLAS, which runs there too.
    ///
    /// @param refused gains a sentence if there is none
    Optional<CudaLt> lt(List<String> refused) {
        ReentrantLock gate = CudaGate.lock(context.gpu().ordinal());
        try {
            synchronized (context) {
                if (lt == null) {
                    context.enter();
                    lt = CudaLt.open(context, heap, blas.workspace(), context.stream(), refused)
                            .orElse(null);
                    if (lt != null) {
                        teardown.add(this::closeLt);
                    }
                }
                return Optional.ofNullable(lt);
            }
        } finally {
            gate.unlock();
        }
    }

    /// Runs `work`, which plans products: with the gate and the monitor held and the context entered, as a library may
    /// load kernels and wait for the whole context meanwhile.
    void planning(Runnable work) {
        ReentrantLock gate = CudaGate.lock(context.gpu().ordinal());
        try {
            synchronized (context) {
                context.enter();
                work.run();
            }
        } finally {
            gate.unlock();
        }
    }

    private void closeLt() {
        context.stop();
        Objects.requireNonNull(lt).close();
    }

    /// Waits for what was submitted, and gives everything back. The caller holds the gate and the context's monitor.
    void close() {
        teardown.run();
    }
}
