package dev.cresset.backend.cuda;

import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.DeviceMemoryException;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.cublasStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first run of a planned product, on memory of its own that is given back: the library may refuse then what it
/// offered when it was asked, and training must not end with that where kernels of ours do the same. It also loads the
/// product's kernel, which a recording must not.
///
/// Both factors lie in one piece of memory: what comes out means nothing. Where there is no room to try, the product is
/// taken untried: a step may need less.
final class CudaLtTrial {
    private static final Logger LOG = LoggerFactory.getLogger(CudaLtTrial.class);

    private final CudaLt lt;
    private final CudaHeap heap;
    private final List<CudaMemory> lent = new ArrayList<>();

    CudaLtTrial(CudaLt lt, CudaHeap heap) {
        this.lt = lt;
        this.heap = heap;
    }

    /// Whether the product runs. The context is entered, its monitor held, nothing is being recorded.
    ///
    /// @param refused gains a sentence if it does not
    /// @throws DeviceFailedException if the device does not go on after it, or the library is broken
    boolean passes(CudaLtProduct product, List<String> refused) {
        CudaLtSpec spec = product.spec();
        try {
            long factors = lend(factorBytes(spec));
            long result =
                    lend((long) spec.rows() * spec.columns() * spec.types().resultBytes());
            long bias = spec.epilogue().usesBias()
                    ? lend((long) spec.columns() * spec.types().resultBytes())
                    : 0;
            long mask = spec.epilogue().usesMask() ? lend(spec.maskBytes()) : 0;
            int status = product.submit(factors, factors, result, bias, mask);
            lt.context()
                    .check(
                            JCudaDriver.cuStreamSynchronize(lt.stream()),
                            "cuStreamSynchronize after the first run of " + product.describe());
            if (isRefusal(status)) {
                String said = "General kernels are used for " + spec + ": cuBLASLt " + lt.version()
                        + " offered an algorithm and refused its first run on "
                        + lt.context().gpu() + " ("
                        + cublasStatus.stringFor(status) + ").";
                LOG.warn(said);
                refused.add(said);
                return false;
            }
            lt.check(status, "cublasLtMatmul of " + product.describe());
            return true;
        } catch (DeviceMemoryException e) {
            LOG.debug("{} is not tried: {}", product.describe(), e.getMessage());
            return true;
        } finally {
            lent.forEach(heap::free);
        }
    }

    private long lend(long bytes) {
        CudaMemory memory = heap.allocate(bytes);
        lent.add(memory);
        return memory.address();
    }

    /// Whether the library says that it does not do this, or that its kernel did not start: the device, which has just
    /// been waited for, goes on.
    private static boolean isRefusal(int status) {
        return switch (status) {
            case cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED,
                    cublasStatus.CUBLAS_STATUS_ARCH_MISMATCH,
                    cublasStatus.CUBLAS_STATUS_INVALID_VALUE,
                    cublasStatus.CUBLAS_STATUS_EXECUTION_FAILED -> true;
            default -> false;
        };
    }

    /// Bytes of the larger factor.
    private static long factorBytes(CudaLtSpec spec) {
        long input = (long) spec.batch() * spec.in();
        long output = (long) spec.batch() * spec.out();
        long weight = (long) spec.out() * spec.in();
        long larger =
                switch (spec.op()) {
                    case FORWARD -> Math.max(input, weight);
                    case INPUT_GRADIENT -> Math.max(output, weight);
                    case WEIGHT_GRADIENT -> Math.max(output, input);
                };
        return larger * spec.types().factorBytes();
    }
}
