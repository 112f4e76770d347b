package dev.cresset.nativeloader;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.ffm.FFM;

/// OpenBLAS: products of matrices on the CPU. It is unpacked and loaded at the first [#load()] and stays loaded.
///
/// Products run on the thread that calls, never on threads of OpenBLAS' own: the caller divides the work, so that the
/// result does not depend on how many threads there are. Any number of threads may call at once.
///
/// Source of the functions: the C interface of the BLAS Technical Forum standard (2001), and OpenBLAS' `cblas.h`.
public final class OpenBlas {
    /// The factor is taken as it is stored.
    public static final int NO_TRANSPOSE = 111;

    /// The factor is transposed.
    public static final int TRANSPOSE = 112;

    /// An environment variable that OpenBLAS reads as it is loaded.
    private static final String KERNELS = "OPENBLAS_CORETYPE";

    private static final int ROW_MAJOR = 101;
    private static final int LONGEST_NAME = 1024;

    private static @Nullable OpenBlas loaded;

    private final Cblas functions;
    private final String config;
    private final String coreName;

    private OpenBlas(Cblas functions) {
        this.functions = functions;
        functions.openblas_set_num_threads(1);
        this.config = text(functions.openblas_get_config());
        this.coreName = text(functions.openblas_get_corename());
    }

    /// OpenBLAS, loaded at the first call that succeeds.
    ///
    /// @throws NativeLibraryException if it cannot be unpacked or loaded; a later call tries again
    public static synchronized OpenBlas load() {
        OpenBlas blas = loaded;
        if (blas == null) {
            blas = load(Platform.current(), new NativeCache(CacheFolder.chosen()));
            loaded = blas;
        }
        return blas;
    }

    /// One line for people, if the environment makes OpenBLAS take the kernels of another processor than it would
    /// choose: some systems set that for every program.
    public static Optional<String> note() {
        return note(Environment.current());
    }

    static Optional<String> note(Environment environment) {
        return environment
                .variable(KERNELS)
                .map(name -> KERNELS + "=" + name + " is set in the environment: OpenBLAS takes the kernels of that"
                        + " processor and not those it would choose for this one, which may halve its speed; unset it"
                        + " unless that is meant.");
    }

    /// Whether [#load()] has succeeded in this Java.
    static synchronized boolean isLoaded() {
        return loaded != null;
    }

    private static OpenBlas load(Platform platform, NativeCache cache) {
        String folder = "org/bytedeco/openblas/" + platform.classifier();
        List<String> names = platform.openBlasFiles();
        Path home = cache.unpack(new NativeFiles("openblas-" + platform.classifier(), folder, names));
        try {
            SymbolLookup lookup = null;
            // OpenBLAS names only its direct needs by place; an already loaded library satisfies those of its needs.
            for (String name : names) {
                lookup = SymbolLookup.libraryLookup(home.resolve(name), Arena.global());
            }
            return new OpenBlas(FFM.ffmGenerate(
                    Cblas.class,
                    FFM.ffmConfigBuilder(MethodHandles.lookup())
                            .withSymbolLookup(lookup)
                            .build()));
        } catch (IllegalArgumentException | IllegalCallerException | LinkageError e) {
            throw new NativeLibraryException(
                    "OpenBLAS could not be loaded from " + home + " (" + names + "): " + e.getMessage()
                            + ". On Linux it needs glibc, not musl, and a folder that is not mounted noexec."
                            + " " + CacheFolder.REMEDY,
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
            int transA,
            int transB,
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
        functions.cblas_sgemm(ROW_MAJOR, transA, transB, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
    }

    /// As [#sgemm], in float64.
    public void dgemm(
            int transA,
            int transB,
            int m,
            int n,
            int k,
            long a,
            int lda,
            long b,
            int ldb,
            double beta,
            long c,
            int ldc) {
        functions.cblas_dgemm(ROW_MAJOR, transA, transB, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
    }

    /// Version and build options, as OpenBLAS words them.
    public String config() {
        return config;
    }

    /// The processor family whose kernels are in use, such as `Haswell`.
    public String coreName() {
        return coreName;
    }

    /// Threads that OpenBLAS computes one product on: 1.
    int threads() {
        return functions.openblas_get_num_threads();
    }

    private static String text(MemorySegment address) {
        return address.reinterpret(LONGEST_NAME).getString(0);
    }
}
