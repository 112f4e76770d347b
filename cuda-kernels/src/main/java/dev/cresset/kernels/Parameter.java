package dev.cresset.kernels;

/// The kinds of argument that kernels take.
public enum Parameter {
    /// A device address.
    POINTER,
    /// A number of the type that the kernel is compiled for.
    REAL,
    /// 32 bits.
    INT,
    /// 64 bits.
    LONG;

    /// Bytes of such an argument, which is aligned to as many.
    public int bytes(Real real) {
        return switch (this) {
            case POINTER, LONG -> Long.BYTES;
            case REAL -> real.bytes();
            case INT -> Integer.BYTES;
        };
    }
}
