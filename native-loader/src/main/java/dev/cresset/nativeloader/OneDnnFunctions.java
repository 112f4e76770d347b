package dev.cresset.nativeloader;

/// The functions of oneDNN that are used, with their C names and types; LWJGL's generator implements it. Matrices are
/// addresses, since a segment for each of them in each call would be garbage.
interface OneDnnFunctions {
    int dnnl_sgemm(
            byte transA,
            byte transB,
            long m,
            long n,
            long k,
            float alpha,
            long a,
            long lda,
            long b,
            long ldb,
            float beta,
            long c,
            long ldc);

    long dnnl_version();

    int dnnl_get_effective_cpu_isa();
}
