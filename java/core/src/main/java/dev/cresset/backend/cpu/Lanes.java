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

    /// Whether registers have masks, as those of AVX-512: numbers that do not fill a vector are then one more vector,
    /// of which the rest is neither read nor written. Elsewhere the compiler may allocate for a mask.
    static final boolean HAVE_MASKS = LANES.vectorBitSize() >= 512;

    private Lanes() {}

    /// Takes `count` numbers that begin at byte `start`.
    static void load(MemorySegment memory, long start, double[] to, int at, int count) {
        int i = 0;
        for (; i <= count - LANES.length(); i += LANES.length()) {
            load(memory, start, i).intoArray(to, at + i);
        }
        if (HAVE_MASKS && i < count) {
            load(memory, start, i, count).intoArray(to, at + i, LANES.indexInRange(i, count));
            return;
        }
        for (; i < count; i++) {
            to[at + i] = memory.get(ScalarFunctions.FLOAT, start + (long) i * Float.BYTES);
        }
    }

    /// Overwrites `count` numbers that begin at byte `start`, rounded to float32.
    static void store(double[] from, int at, MemorySegment memory, long start, int count) {
        int i = 0;
        for (; i <= count - LANES.length(); i += LANES.length()) {
            store(load(from, at + i), memory, start, i);
        }
        if (HAVE_MASKS && i < count) {
            DoubleVector last = DoubleVector.fromArray(LANES, from, at + i, LANES.indexInRange(i, count));
            store(last, memory, start, i, count);
            return;
        }
        for (; i < count; i++) {
            memory.set(ScalarFunctions.FLOAT, start + (long) i * Float.BYTES, (float) from[at + i]);
        }
    }

    /// Numbers `index ...`, as far as they are below `end`, of those that begin at byte `start`; where registers have
    /// masks.
    static DoubleVector load(MemorySegment memory, long start, int index, int end) {
        long offset = start + (long) index * Float.BYTES;
        return (DoubleVector)
                FloatVector.fromMemorySegment(FLOATS, memory, offset, ORDER, FLOATS.indexInRange(index, end))
                        .convertShape(VectorOperators.F2D, LANES, 0);
    }

    /// Overwrites numbers `index ...`, as far as they are below `end`, of those that begin at byte `start`; where
    /// registers have masks.
    static void store(DoubleVector numbers, MemorySegment memory, long start, int index, int end) {
        ((FloatVector) numbers.convertShape(VectorOperators.D2F, FLOATS, 0))
                .intoMemorySegment(memory, start + (long) index * Float.BYTES, ORDER, FLOATS.indexInRange(index, end));
    }

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
