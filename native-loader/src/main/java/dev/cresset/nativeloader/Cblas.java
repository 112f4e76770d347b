package dev.cresset.nativeloader;

import java.lang.foreign.MemorySegment;

/// The functions of OpenBLAS that are used, with their C names and types; LWJGL's generator implements it.
interface Cblas {
    void cblas_sgemm(
            int order,
            int transA,
            int transB,
            int m,
            int n,
            int k,
            float alpha,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            float beta,
            MemorySegment c,
            int ldc);

    void cblas_dgemm(
            int order,
            int transA,
            int transB,
            int m,
            int n,
            int k,
            double alpha,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            double beta,
            MemorySegment c,
            int ldc);

    void openblas_set_num_threads(int threads);

    int openblas_get_num_threads();

    MemorySegment openblas_get_config();

    MemorySegment openblas_get_corename();
}
