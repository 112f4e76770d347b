package dev.cresset.backend.cpu;

import static dev.cresset.backend.cpu.VectorFunctions.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// float32 numbers in native memory as vectors of `double` in registers, and back.
final class Lanes {
    /// As many `float`, in half a register.
    private static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(LANES.vectorBitSize() / 2));

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {}

    /// Numbers `index ...` of those that begin at byte `start`.
    static DoubleVector load(MemorySegment memory, long start, int index) {
        return (DoubleVector) FloatVector.fromMemorySegment(FLOATS, memory, start + (long) index * Float.BYTES, ORDER)
                .convertShape(VectorOperators.F2D, LANES, 0);
    }

    /// What a store and a load make of the numbers.
    static DoubleVector rounded(DoubleVector numbers) {
        return (DoubleVector)
                numbers.convertShape(VectorOperators.D2F, FLOATS, 0).convertShape(VectorOperators.F2D, LANES, 0);
    }

    static DoubleVector load(double[] numbers, int index) {
        return DoubleVector.fromArray(LANES, numbers, index);
    }

    /// Overwrites numbers `index ...` of those that begin at byte `start`, rounded to float32.
    static void store(DoubleVector numbers, MemorySegment memory, long start, int index) {
        ((FloatVector) numbers.convertShape(VectorOperators.D2F, FLOATS, 0))
                .intoMemorySegment(memory, start + (long) index * Float.BYTES, ORDER);
    }
}
