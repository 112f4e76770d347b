package dev.cresset.backend.cuda;

import dev.cresset.nativeloader.CublasLtFunctions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import jcuda.jcublas.cublasStatus;

/// The algorithm that cuBLASLt has chosen for a product: the first of its answers, so the same one each time on the
/// same GPU with the same library.
///
/// Source of the numbers: `cublasLt.h`, CUDA 13: `cublasLtMatmulHeuristicResult_t`, `cublasLtReductionScheme_t`,
/// `cublasLtMatmulPreferenceAttributes_t`, `cublasLtMatmulAlgoConfigAttributes_t`.
///
/// @param algorithm the library's 64 bytes, to be copied
/// @param words such as `algo 21, tile 20, split-K 1, workspace 0 bytes`
record CudaLtChoice(byte[] algorithm, String words) {
    private static final int MAX_WORKSPACE_BYTES = 1;
    private static final int REDUCTION_SCHEME_MASK = 3;
    private static final int MIN_ALIGNMENT_A_BYTES = 5;
    private static final int MIN_ALIGNMENT_D_BYTES = 8;

    /// Parts of a sum are added where the result lies, in its type, one after the other.
    private static final int IN_PLACE = 1;
    /// Parts of a sum are written to the workspace in the type of the sums, and added afterwards.
    private static final int COMPUTE_TYPE = 2;

    private static final int ALGORITHM_BYTES = 64;
    private static final int WORKSPACE_AT = 64;
    private static final int STATE_AT = 72;
    private static final int RESULT_BYTES = 96;

    private static final int ALGORITHM_ID = 0;
    private static final int TILE_ID = 1;
    private static final int SPLIT_K = 2;

    /// Asks; empty where there is no algorithm.
    ///
    /// @param refused gains a sentence if it is empty
    static Optional<CudaLtChoice> of(CudaLt lt, CudaLtSpec spec, CudaLtDescription product, List<String> refused) {
        CublasLtFunctions functions = lt.functions();
        try (Arena arena = Arena.ofConfined()) {
            long preference = preference(lt, spec, arena);
            MemorySegment result = arena.allocate(RESULT_BYTES, Long.BYTES);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            int status = functions.cublasLtMatmulAlgoGetHeuristic(
                    lt.handle(),
                    product.operation(),
                    product.layoutA(),
                    product.layoutB(),
                    product.layoutD(),
                    product.layoutD(),
                    preference,
                    1,
                    result.address(),
                    count.address());
            functions.cublasLtMatmulPreferenceDestroy(preference);
            if (status == 0 && count.get(ValueLayout.JAVA_INT, 0) > 0) {
                status = result.get(ValueLayout.JAVA_INT, STATE_AT);
            } else if (status == 0) {
                status = cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED;
            }
            if (isAnswer(status)) {
                refused.add("General kernels are used for " + spec + ": cuBLASLt " + lt.version()
                        + " has no algorithm for it on " + lt.context().gpu() + " (" + cublasStatus.stringFor(status)
                        + ").");
                return Optional.empty();
            }
            lt.check(status, "cublasLtMatmulAlgoGetHeuristic for " + spec);
            return Optional.of(new CudaLtChoice(
                    result.asSlice(0, ALGORITHM_BYTES).toArray(ValueLayout.JAVA_BYTE), words(lt, result, arena)));
        }
    }

    /// Whether it says that there is no such product, and not that something has failed.
    private static boolean isAnswer(int status) {
        return switch (status) {
            case cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED,
                    cublasStatus.CUBLAS_STATUS_ARCH_MISMATCH,
                    cublasStatus.CUBLAS_STATUS_INVALID_VALUE -> true;
            default -> false;
        };
    }

    /// What an algorithm must do with: this workspace, addresses so aligned, and no sums but in the type of sums. A
    /// result of another type must not be added in place, which would round each part of a sum to it.
    private static long preference(CudaLt lt, CudaLtSpec spec, Arena arena) {
        CublasLtFunctions functions = lt.functions();
        MemorySegment made = arena.allocate(ValueLayout.JAVA_LONG);
        lt.check(functions.cublasLtMatmulPreferenceCreate(made.address()), "cublasLtMatmulPreferenceCreate");
        long preference = made.get(ValueLayout.JAVA_LONG, 0);
        try {
            MemorySegment value =
                    arena.allocateFrom(ValueLayout.JAVA_LONG, lt.workspace().bytes());
            set(lt, preference, MAX_WORKSPACE_BYTES, value);
            boolean sumsAreResults = spec.types().result() == spec.types().scale();
            int schemes = sumsAreResults ? IN_PLACE | COMPUTE_TYPE : COMPUTE_TYPE;
            set(lt, preference, REDUCTION_SCHEME_MASK, arena.allocateFrom(ValueLayout.JAVA_INT, schemes));
            MemorySegment alignment = arena.allocateFrom(ValueLayout.JAVA_INT, spec.alignment());
            for (int matrix = MIN_ALIGNMENT_A_BYTES; matrix <= MIN_ALIGNMENT_D_BYTES; matrix++) {
                set(lt, preference, matrix, alignment);
            }
            return preference;
        } catch (RuntimeException e) {
            functions.cublasLtMatmulPreferenceDestroy(preference);
            throw e;
        }
    }

    private static void set(CudaLt lt, long preference, int attribute, MemorySegment value) {
        lt.check(
                lt.functions()
                        .cublasLtMatmulPreferenceSetAttribute(preference, attribute, value.address(), value.byteSize()),
                "cublasLtMatmulPreferenceSetAttribute of " + attribute);
    }

    private static String words(CudaLt lt, MemorySegment algorithm, Arena arena) {
        return "algo " + setting(lt, algorithm, ALGORITHM_ID, arena) + ", tile "
                + setting(lt, algorithm, TILE_ID, arena)
                + ", split-K " + setting(lt, algorithm, SPLIT_K, arena) + ", workspace "
                + algorithm.get(ValueLayout.JAVA_LONG, WORKSPACE_AT) + " bytes";
    }

    private static int setting(CudaLt lt, MemorySegment algorithm, int attribute, Arena arena) {
        MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
        MemorySegment written = arena.allocate(ValueLayout.JAVA_LONG);
        lt.check(
                lt.functions()
                        .cublasLtMatmulAlgoConfigGetAttribute(
                                algorithm.address(), attribute, value.address(), Integer.BYTES, written.address()),
                "cublasLtMatmulAlgoConfigGetAttribute of " + attribute);
        return value.get(ValueLayout.JAVA_INT, 0);
    }
}
