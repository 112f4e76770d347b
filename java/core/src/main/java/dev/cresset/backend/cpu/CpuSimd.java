package dev.cresset.backend.cpu;

import dev.cresset.tensor.Precision;
import org.slf4j.LoggerFactory;

/// Whether this Java has the Vector API, an incubating module that is there only where Java was told so; without it,
/// everything is computed in plain loops, to the same bits.
final class CpuSimd {
    private static final String MODULE = "jdk.incubator.vector";

    /// What a user does for it.
    private static final String REMEDY = "start Java with --add-modules " + MODULE;

    private static final boolean IS_THERE =
            ModuleLayer.boot().findModule(MODULE).isPresent();

    /// What computes functions, in both precisions.
    static final CpuFunctions FUNCTIONS = IS_THERE ? VectorFunctions.ALL : PlainFunctions.ALL;

    private static final CpuBlocks FLOATS = IS_THERE ? VectorBlocks.ALL : PlainBlocks.ALL;

    static {
        LoggerFactory.getLogger(CpuSimd.class).info("The CPU device computes in {}.", description());
    }

    private CpuSimd() {}

    /// What computes stretches of numbers in this precision.
    static CpuBlocks blocks(Precision precision) {
        return precision == Precision.FP32 ? FLOATS : PlainBlocks.ALL;
    }

    /// What verbs other than products are computed in, for people.
    static String description() {
        return IS_THERE
                ? "vectors of " + Lanes.DOUBLES.vectorBitSize() + " bits"
                : "plain loops (faster in vectors: " + REMEDY + ")";
    }
}
