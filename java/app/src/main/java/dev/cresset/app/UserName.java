package dev.cresset.app;

import java.util.Locale;

/// The names of constants, as users write them: `SMOOTH_L1` is `smooth-l1`.
final class UserName {
    private UserName() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
