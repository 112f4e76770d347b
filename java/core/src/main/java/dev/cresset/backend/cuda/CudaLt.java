package dev.cresset.backend.cuda;

import dev.cresset.backend.DeviceFailedException;
import dev.cresset.nativeloader.CublasLt;
import dev.cresset.nativeloader.CublasLtFunctions;
import dev.cresset.nativeloader.CudaLibraries;
import dev.cresset.nativeloader.NativeLibraryException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jcuda.driver.CUstream;

/// cuBLASLt on one stream: products that are planned once and run many times, with a bias, a ReLU or its gradient on
/// the way out. A step is planned where its memory is laid out:
///
/// ```java
/// List<String> refused = new ArrayList<>();
/// Optional<CudaLt> lt = CudaLt.open(context, heap, workspace, context.stream(), refused);
/// Optional<CudaLtProduct> forward = lt.flatMap(each -> each.plan(
///         CudaLtSpec.forward(CudaLtTypes.TF32, 128, 784, 512, CudaLtEpilogue.RELU_AUX_BIAS), refused));
/// ```
///
/// and each step then calls `forward.run(x, w, y, bias, mask)` with addresses. Where there is no product, `refused` has
/// gained a sentence that says why, and [CudaBlas] with the kernels does the same work.
///
/// - Plan with the monitor of the context held and the context entered, outside a recording: it allocates, and runs the
///   product once ([CudaLtTrial]).
/// - Running allocates nothing and waits for nothing. It keeps no tensor's memory alive and notes no use of it: who
///   runs a product in a recording does that.
/// - The products share a workspace, which is why they belong to one stream: a second stream takes a second `CudaLt`.
/// - Same plan, same bits: the library's first answer is taken, nothing is timed, and algorithms are left out that
///   would add partial sums in another type than that of the sums.
/// - The row-major view of the products is [CudaLtSpec]'s.
final class CudaLt {
    private final CudaContext context;
    private final CudaHeap heap;
    private final CublasLt library;
    private final CUstream stream;
    private final CudaMemory workspace;
    private final long handle;
    private final List<CudaLtProduct> products = new ArrayList<>();

    private CudaLt(CudaContext context, CudaHeap heap, CudaMemory workspace, CUstream stream, CublasLt library) {
        this.context = context;
        this.heap = heap;
        this.library = library;
        this.stream = stream;
        this.workspace = workspace;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment made = arena.allocate(ValueLayout.JAVA_LONG);
            check(library.functions().cublasLtCreate(made.address()), "cublasLtCreate");
            this.handle = made.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /// cuBLASLt for a stream of this context; empty where this machine's cuBLAS has none that can be used. Called as
    /// cuBLAS is opened: with the gate of the GPU and the context's monitor held, the context entered.
    ///
    /// @param heap what the first runs of products are given memory from
    /// @param workspace of [CudaBlas#workspace(int)] bytes, which nothing beside this stream uses meanwhile
    /// @param refused gains a sentence if it is empty
    /// @throws DeviceFailedException if the library is there and fails
    static Optional<CudaLt> open(
            CudaContext context, CudaHeap heap, CudaMemory workspace, CUstream stream, List<String> refused) {
        CublasLt library;
        try {
            library = CudaLibraries.load().cublasLt();
        } catch (NativeLibraryException e) {
            refused.add("General kernels are used: " + e.getMessage());
            return Optional.empty();
        }
        return Optional.of(new CudaLt(context, heap, workspace, stream, library));
    }

    /// Plans a product; empty where the library has no algorithm for it on this GPU, or one that does not run.
    ///
    /// @param refused gains a sentence if it is empty
    /// @throws DeviceFailedException if the device or the library fails
    Optional<CudaLtProduct> plan(CudaLtSpec spec, List<String> refused) {
        if (context.isCapturing()) {
            throw new IllegalStateException("Cannot plan the product " + spec + " on " + context.gpu()
                    + " inside a recording: plan it before.");
        }
        Optional<CudaLtProduct> product = choose(spec, refused);
        if (product.isEmpty()) {
            return product;
        }
        boolean runs = false;
        try {
            runs = new CudaLtTrial(this, heap).passes(product.get(), refused);
        } finally {
            if (!runs) {
                product.get().close();
            }
        }
        return runs ? product : Optional.empty();
    }

    private Optional<CudaLtProduct> choose(CudaLtSpec spec, List<String> refused) {
        CudaLtDescription description = new CudaLtDescription(this, spec);
        Optional<CudaLtChoice> choice = Optional.empty();
        try {
            choice = CudaLtChoice.of(this, spec, description, refused);
        } finally {
            if (choice.isEmpty()) {
                description.close();
            }
        }
        Optional<CudaLtProduct> product = choice.map(each -> new CudaLtProduct(this, spec, description, each));
        product.ifPresent(products::add);
        return product;
    }

    /// What the library says of itself, such as `13.1.1`.
    String version() {
        return library.version();
    }

    CublasLtFunctions functions() {
        return library.functions();
    }

    CudaContext context() {
        return context;
    }

    long handle() {
        return handle;
    }

    CUstream stream() {
        return stream;
    }

    /// The stream as the library takes it.
    long streamAddress() {
        return DeviceAddress.of(stream);
    }

    CudaMemory workspace() {
        return workspace;
    }

    void check(int status, String call) {
        CudaStatus.blas(status, call, context.gpu());
    }

    /// Forgets a product that has been closed.
    void forget(CudaLtProduct product) {
        products.remove(product);
    }

    /// Gives the products and the handle back; the workspace is not its own. See [CudaContext#close] about errors.
    void close() {
        List.copyOf(products).forEach(CudaLtProduct::close);
        library.functions().cublasLtDestroy(handle);
    }
}
