package dev.cresset.nativeloader;

import java.lang.foreign.MemorySegment;

/// The functions of OpenBLAS that are used, with their C names and types; LWJGL's generator implements it. Matrices are
/// addresses, since a segment for each of them in each call would be garbage.
interface Cblas {
    void cblas_sgemm(
            int order,
            int transA,
            int transB,
            int m,
            int n,
            int k,
            float alpha,
            long a,
            int lda,
            long b,
            int ldb,
            float beta,
            long c,
            int ldc);

    void cblas_dgemm(
            int order,
            int transA,
            int transB,
            int m,
            int n,
            int k,
            double alpha,
            long a,
            int lda,
            long b,
            int ldb,
            double beta,
            long c,
            int ldc);

    void openblas_set_num_threads(int threads);

    int openblas_get_num_threads();

    MemorySegment openblas_get_config();

    MemorySegment openblas_get_corename();
}
