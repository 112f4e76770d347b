package dev.cresset.nativeloader;

/// The functions of cuBLASLt that are used, with their C names; LWJGL's generator implements it. Pointers, handles and
/// sizes are `long`; a pointer to a result or to an attribute's value is the address of native memory. Each but
/// [#cublasLtGetVersion()] returns a `cublasStatus_t`, 0 for success.
///
/// Source: `cublasLt.h` of cuBLAS 13.1; the signatures are the same in 12.
public interface CublasLtFunctions {
    /// `major · 10000 + minor · 100 + patch`.
    long cublasLtGetVersion();

    int cublasLtCreate(long handle);

    int cublasLtDestroy(long handle);

    int cublasLtMatmulDescCreate(long descriptor, int computeType, int scaleType);

    int cublasLtMatmulDescSetAttribute(long descriptor, int attribute, long value, long bytes);

    int cublasLtMatmulDescDestroy(long descriptor);

    int cublasLtMatrixLayoutCreate(long layout, int type, long rows, long columns, long leading);

    int cublasLtMatrixLayoutSetAttribute(long layout, int attribute, long value, long bytes);

    int cublasLtMatrixLayoutDestroy(long layout);

    int cublasLtMatmulPreferenceCreate(long preference);

    int cublasLtMatmulPreferenceSetAttribute(long preference, int attribute, long value, long bytes);

    int cublasLtMatmulPreferenceDestroy(long preference);

    int cublasLtMatmulAlgoGetHeuristic(
            long handle,
            long descriptor,
            long layoutA,
            long layoutB,
            long layoutC,
            long layoutD,
            long preference,
            int requested,
            long results,
            long count);

    int cublasLtMatmulAlgoConfigGetAttribute(long algorithm, int attribute, long value, long bytes, long written);

    int cublasLtMatmul(
            long handle,
            long descriptor,
            long alpha,
            long a,
            long layoutA,
            long b,
            long layoutB,
            long beta,
            long c,
            long layoutC,
            long d,
            long layoutD,
            long algorithm,
            long workspace,
            long workspaceBytes,
            long stream);
}
