package dev.cresset.nativeloader;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// oneDNN: products of float32 matrices on the CPU. It is unpacked and loaded at the first [#load()] and stays loaded.
///
/// Products run on the thread that calls, as those of [OpenBlas] do: OpenMP, with which oneDNN would divide them, is
/// told so for the call, and told back what the thread had before. Any number of threads may call at once.
///
/// Source of the functions: oneDNN's `dnnl.h` and the OpenMP specification 5.2, section 18.2.
public final class OneDnn {
    /// The factor is taken as it is stored.
    public static final byte NO_TRANSPOSE = 'N';

    /// The factor is transposed.
    public static final byte TRANSPOSE = 'T';

    // Bits of dnnl_cpu_isa_t, of which a newer set has all of the older ones'.
    private static final int AVX = 0x2;
    private static final int AVX2 = 0x4;
    private static final int AVX512 = 0x20;

    private static @Nullable OneDnn loaded;

    private final OneDnnFunctions functions;
    private final OpenMpFunctions openMp;
    private final String version;

    private OneDnn(SharedLibrary library) throws RefusedException {
        this.functions = Bindings.of(OneDnnFunctions.class, library);
        // Looked up from oneDNN, so that it is the runtime which that works with, and not another one of this process.
        this.openMp = Bindings.of(OpenMpFunctions.class, library);
        MemorySegment numbers =
                MemorySegment.ofAddress(functions.dnnl_version()).reinterpret(3L * Integer.BYTES);
        this.version = numbers.getAtIndex(ValueLayout.JAVA_INT, 0) + "."
                + numbers.getAtIndex(ValueLayout.JAVA_INT, 1) + "."
                + numbers.getAtIndex(ValueLayout.JAVA_INT, 2);
    }

    /// oneDNN, loaded at the first call that succeeds.
    ///
    /// @throws NativeLibraryException if it cannot be unpacked or loaded, or there is none for this platform; a later
    ///     call tries again
    public static synchronized OneDnn load() {
        OneDnn library = loaded;
        if (library == null) {
            library = load(Platform.current(), new NativeCache(CacheFolder.chosen()));
            loaded = library;
        }
        return library;
    }

    private static OneDnn load(Platform platform, NativeCache cache) {
        String folder = "org/bytedeco/dnnl/" + platform.classifier();
        List<String> names = platform.oneDnnFiles();
        if (names.isEmpty()) {
            throw new NativeLibraryException(
                    "Cresset has oneDNN for linux-x86_64, this platform is " + platform.classifier() + ": "
                            + CpuLibrary.REMEDY,
                    null);
        }
        Path home = cache.unpack(new NativeFiles("dnnl-" + platform.classifier(), folder, names));
        try {
            // It finds the OpenMP runtime beside itself.
            return new OneDnn(
                    SharedLibrary.openWhole(home.resolve(names.getLast()).toString()));
        } catch (RefusedException e) {
            throw new NativeLibraryException(
                    "oneDNN could not be loaded from " + home + " (" + names + "): " + e.reason()
                            + ". It needs glibc and libstdc++ 6, and a folder that is not mounted noexec. "
                            + CacheFolder.REMEDY + " Or " + CpuLibrary.REMEDY,
                    e);
        }
    }

    /// `c ← op(a) · op(b) + beta · c` in float32, all row-major: op(a) is m × k, op(b) k × n, c m × n. With beta 0 the
    /// old c is not read. m, n and k are 1 or more.
    ///
    /// @param transA [#NO_TRANSPOSE] or [#TRANSPOSE]
    /// @param a address of the first element; the memory behind a, b and c must stay allocated until this returns
    /// @param lda elements from one stored row of a to the next
    public void sgemm(
            byte transA,
            byte transB,
            int m,
            int n,
            int k,
            long a,
            int lda,
            long b,
            int ldb,
            float beta,
            long c,
            int ldc) {
        int threads = openMp.omp_get_max_threads();
        if (threads > 1) {
            openMp.omp_set_num_threads(1);
        }
        int status = functions.dnnl_sgemm(transA, transB, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
        if (threads > 1) {
            openMp.omp_set_num_threads(threads);
        }
        if (status != 0) {
            // Out of memory for its packed factors is the one failure that a call with right sizes can have.
            throw new NativeLibraryException(
                    "oneDNN " + version + " did not multiply " + m + "×" + k + " by " + k + "×" + n + ": status "
                            + status + " (1 is out of memory). Free memory, or use smaller batches.",
                    null);
        }
    }

    /// Version, such as `3.13.0`.
    public String version() {
        return version;
    }

    /// The instructions that its kernels use, by oneDNN's name.
    public String instructions() {
        int isa = functions.dnnl_get_effective_cpu_isa();
        return (isa & AVX512) != 0 ? "AVX-512" : (isa & AVX2) != 0 ? "AVX2" : (isa & AVX) != 0 ? "AVX" : "SSE4.1";
    }

    /// Threads that OpenMP would give this thread, which a product leaves as it was.
    int openMpThreads() {
        return openMp.omp_get_max_threads();
    }

    void openMpThreads(int threads) {
        openMp.omp_set_num_threads(threads);
    }
}
