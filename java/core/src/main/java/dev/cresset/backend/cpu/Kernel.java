package dev.cresset.backend.cpu;

/// The computation of one verb over a stretch of its units (elements, rows, tiles or chunks; the verb says which).
/// Stretches are disjoint and may be computed on any threads in any order.
interface Kernel {
    /// @param call the arguments
    /// @param from first unit
    /// @param to one behind the last unit
    /// @param scratch arrays that nobody else uses meanwhile; their contents are undefined
    void run(CpuCall call, long from, long to, CpuScratch scratch);
}
