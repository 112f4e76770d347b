package dev.cresset.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// How numbers of one type lie in memory, for tests: as float64 here, rounded to what the type can hold.
enum LtNumbers {
    F32(Float.BYTES, 0x1p-24),
    F64(Double.BYTES, 0x1p-53),
    BF16(Short.BYTES, 0x1p-8);

    private final int bytes;
    private final double roundoff;

    LtNumbers(int bytes, double roundoff) {
        this.bytes = bytes;
        this.roundoff = roundoff;
    }

    static LtNumbers ofFactors(CudaLtTypes types) {
        return types.factorBytes() == Short.BYTES ? BF16 : types == CudaLtTypes.F64 ? F64 : F32;
    }

    static LtNumbers ofResult(CudaLtTypes types) {
        return types.resultBytes() == Short.BYTES ? BF16 : types == CudaLtTypes.F64 ? F64 : F32;
    }

    int bytes() {
        return bytes;
    }

    double roundoff() {
        return roundoff;
    }

    /// The nearest number of this type, ties to even.
    double round(double value) {
        return switch (this) {
            case F64 -> value;
            case F32 -> (float) value;
            case BF16 -> {
                int bits = Float.floatToRawIntBits((float) value);
                yield Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
            }
        };
    }

    /// Numbers from -1 to 1 that this type has.
    double[] random(Random random, int count) {
        return random.doubles(count, -1, 1).map(this::round).toArray();
    }

    void set(MemorySegment memory, int i, double value) {
        switch (this) {
            case F64 -> memory.setAtIndex(ValueLayout.JAVA_DOUBLE, i, value);
            case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
            case BF16 ->
                memory.setAtIndex(
                        ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits((float) round(value)) >>> 16));
        }
    }

    double get(MemorySegment memory, int i) {
        return switch (this) {
            case F64 -> memory.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
            case F32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            case BF16 -> Float.intBitsToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
        };
    }
}
