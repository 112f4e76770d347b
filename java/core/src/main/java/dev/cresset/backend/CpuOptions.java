package dev.cresset.backend;

import dev.cresset.nativeloader.CpuLibrary;
import dev.cresset.tensor.Precision;
import org.jspecify.annotations.Nullable;

/// What a CPU device may be told beside its precision.
///
/// @param threads 1 to [#MOST_THREADS], the one that calls included; null for as many as this Java may use
/// processors
/// @param products the library for products of float32 matrices; null for the one that the property
/// `cresset.cpu.products` names or that is the faster one on this platform
public record CpuOptions(
        @Nullable Integer threads, @Nullable CpuLibrary products) {
    /// The most threads of a device: more than most machines have processors, and no number that was mistyped.
    public static final int MOST_THREADS = 1024;

    /// Nothing in particular.
    public static final CpuOptions NONE = new CpuOptions(null, null);

    public CpuOptions {
        if (threads != null && (threads < 1 || threads > MOST_THREADS)) {
            throw new IllegalArgumentException("A CPU device computes on 1 to " + MOST_THREADS
                    + " threads, found " + threads + ": leave the number out for one on each processor ("
                    + processors() + " here).");
        }
    }

    /// How many threads that is in this Java.
    public int threadCount() {
        return threads == null ? processors() : threads;
    }

    /// Throws if the library was asked for and has no products of this precision.
    ///
    /// @throws IllegalArgumentException naming both
    public void require(Precision precision) {
        if (products == CpuLibrary.ONEDNN && precision == Precision.FP64) {
            throw new IllegalArgumentException("oneDNN multiplies matrices of FP32 only, found " + precision
                    + ": choose OpenBLAS for the products, or leave the library out.");
        }
    }

    private static int processors() {
        return Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
    }
}
