package dev.cresset.app;

import dev.cresset.tensor.Precision;
import java.util.Locale;

/// The names of constants, as users write them: `SMOOTH_L1` is `smooth-l1`, and `FP32_3XTF32` for short `3xtf32`.
final class UserName {
    private UserName() {}

    static String of(Enum<?> constant) {
        return constant == Precision.FP32_3XTF32
                ? "3xtf32"
                : constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
