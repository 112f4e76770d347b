package dev.cresset.formats;

import dev.cresset.tensor.Precision;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where one tensor lies in a safetensors file, and of what kind it is.
///
/// @param dtype type of its elements, such as `F32`
/// @param shape its sizes, the last index fastest
/// @param begin its first byte, counted from the end of the header
/// @param end   the byte after its last
record SafeTensor(String dtype, List<Long> shape, long begin, long end) {
    private static final Map<String, Integer> BYTES = Map.ofEntries(
            Map.entry("F64", 8),
            Map.entry("F32", 4),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("I64", 8),
            Map.entry("I32", 4),
            Map.entry("I16", 2),
            Map.entry("I8", 1),
            Map.entry("U64", 8),
            Map.entry("U32", 4),
            Map.entry("U16", 2),
            Map.entry("U8", 1),
            Map.entry("BOOL", 1));

    SafeTensor {
        shape = List.copyOf(shape);
    }

    static String dtype(Precision precision) {
        return switch (precision) {
            case FP32, TF32, BF16, FP32_3XTF32 -> "F32";
            case FP64 -> "F64";
        };
    }

    /// The precision that has this type, or null if none of ours has.
    @Nullable
    Precision precision() {
        return switch (dtype) {
            case "F32" -> Precision.FP32;
            case "F64" -> Precision.FP64;
            default -> null;
        };
    }

    /// What is wrong with type, shape and place taken together, or null.
    @Nullable
    String fault() {
        Integer bytes = BYTES.get(dtype);
        if (bytes == null) {
            return "one of the types " + BYTES.keySet().stream().sorted().toList() + " expected, found " + dtype;
        }
        if (begin % bytes != 0) {
            return "a first byte divisible by " + bytes + " expected, found " + begin;
        }
        long size = bytes;
        try {
            for (long length : shape) {
                size = Math.multiplyExact(size, length);
            }
        } catch (ArithmeticException overflow) {
            size = Long.MIN_VALUE;
        }
        return size == end - begin ? null : shape + " of " + dtype + " does not fill the bytes " + begin + " to " + end;
    }
}
