package dev.cresset.nativeloader;

import java.math.BigInteger;

/// The order of names with numbers in them: `cuda-12.8` before `cuda-13.0`, `python3.9` before `python3.13`.
final class VersionOrder {
    private VersionOrder() {}

    static int compare(String one, String other) {
        String[] left = pieces(one);
        String[] right = pieces(other);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int difference = isNumber(left[i]) && isNumber(right[i])
                    ? new BigInteger(left[i]).compareTo(new BigInteger(right[i]))
                    : left[i].compareTo(right[i]);
            if (difference != 0) {
                return difference;
            }
        }
        return left.length - right.length;
    }

    private static String[] pieces(String text) {
        return text.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)");
    }

    private static boolean isNumber(String piece) {
        return !piece.isEmpty() && Character.isDigit(piece.charAt(0));
    }
}
