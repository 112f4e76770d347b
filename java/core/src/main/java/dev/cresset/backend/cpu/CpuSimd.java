package dev.cresset.backend.cpu;

import dev.cresset.tensor.Precision;
import org.slf4j.LoggerFactory;

/// Chooses what computes blocks of numbers, once: vectors, where this Java was started with the incubating module of
/// the Vector API, else plain loops. The bits are the same.
final class CpuSimd {
    private static final String MODULE = "jdk.incubator.vector";

    /// Registers of fewer bits, which `-XX:MaxVectorSize` can ask for, hold no two `double`.
    private static final int LEAST_BITS = 128;

    private static final boolean HAS_MODULE =
            ModuleLayer.boot().findModule(MODULE).isPresent();

    private static final boolean HAS_VECTORS = HAS_MODULE && VectorWidth.BITS >= LEAST_BITS;

    /// What computes the functions of blocks.
    static final BlockFunctions FUNCTIONS = HAS_VECTORS ? VectorFunctions.ALL : ScalarFunctions.ALL;

    /// What computes the loops over arrays.
    static final BlockLoops LOOPS = HAS_VECTORS ? VectorLoops.ALL : ScalarLoops.ALL;

    private static final CpuBlocks FLOATS = HAS_VECTORS ? VectorBlocks.ALL : PlainBlocks.ALL;

    private static final CpuTiles FLOAT_TILES = HAS_VECTORS ? VectorTiles.ALL : PlainTiles.ALL;

    static {
        LoggerFactory.getLogger(CpuSimd.class).info("Elementwise arithmetic of the CPU: {}.", description());
    }

    private CpuSimd() {}

    /// What computes stretches of numbers in this precision.
    static CpuBlocks blocks(Precision precision) {
        return precision == Precision.FP32 ? FLOATS : PlainBlocks.ALL;
    }

    /// What finishes tiles of products in this precision.
    static CpuTiles tiles(Precision precision) {
        return precision == Precision.FP32 ? FLOAT_TILES : PlainTiles.ALL;
    }

    /// What was chosen and why, for people.
    static String description() {
        if (HAS_VECTORS) {
            return "SIMD of " + VectorWidth.BITS + " bits";
        }
        return HAS_MODULE
                ? "no SIMD (this Java has vectors of " + VectorWidth.BITS + " bits, " + LEAST_BITS + " are needed)"
                : "no SIMD (start Java with --add-modules " + MODULE + " to have it)";
    }
}
