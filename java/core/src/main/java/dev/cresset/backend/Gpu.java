package dev.cresset.backend;

/// A GPU as its driver describes it.
///
/// @param ordinal its number, from 0 on: the N of `cuda:N`
/// @param name as the driver says it, such as `NVIDIA H100 80GB HBM3`
/// @param major compute capability, before the point
/// @param minor compute capability, behind the point
/// @param multiprocessors how many
/// @param memory bytes in all
public record Gpu(int ordinal, String name, int major, int minor, int multiprocessors, long memory) {
    private static final double GIB = 1L << 30;

    /// The compute capability as compilers name it, such as `sm_90`.
    public String architecture() {
        return "sm_" + major + minor;
    }

    /// `cuda:0 (NVIDIA H100 80GB HBM3, sm_90, 132 multiprocessors, 79.1 GiB)`.
    @Override
    public String toString() {
        return "cuda:%d (%s, %s, %d multiprocessors, %.1f GiB)"
                .formatted(ordinal, name, architecture(), multiprocessors, memory / GIB);
    }
}
