package dev.cresset.nativeloader;

/// The functions of the OpenMP runtime that oneDNN computes with; LWJGL's generator implements it.
interface OpenMpFunctions {
    void omp_set_num_threads(int threads);

    int omp_get_max_threads();
}
