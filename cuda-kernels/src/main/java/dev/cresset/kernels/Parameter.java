package dev.cresset.kernels;

/// The kinds of argument that kernels take; the table writes each as its first letter.
public enum Parameter {
    /// A device address.
    POINTER,
    /// A number of the type that the kernel is compiled for.
    REAL,
    /// 32 bits.
    INT,
    /// 64 bits.
    LONG;

    /// The kind with this first letter.
    ///
    /// @throws IllegalArgumentException if there is none
    static Parameter of(int letter) {
        for (Parameter parameter : values()) {
            if (parameter.name().charAt(0) == letter) {
                return parameter;
            }
        }
        throw new IllegalArgumentException("No kind of argument begins with '" + (char) letter + "'.");
    }

    /// Bytes of such an argument, which is aligned to as many.
    public int bytes(Real real) {
        return switch (this) {
            case POINTER, LONG -> Long.BYTES;
            case REAL -> real.bytes();
            case INT -> Integer.BYTES;
        };
    }
}
