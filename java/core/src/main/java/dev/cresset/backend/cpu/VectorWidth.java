package dev.cresset.backend.cpu;

import jdk.incubator.vector.DoubleVector;

/// The width of this Java's vectors. It is a class of its own because it can be loaded only where the module is, and
/// [VectorFunctions] only where they are wide enough too.
final class VectorWidth {
    static final int BITS = DoubleVector.SPECIES_PREFERRED.vectorBitSize();

    private VectorWidth() {}
}
