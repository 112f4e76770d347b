package dev.cresset.kernels;

/// The type of number that a kernel is compiled for; see [Kernel#exists].
public enum Real {
    F32("f32", Float.BYTES),
    F64("f64", Double.BYTES);

    private final String suffix;
    private final int bytes;

    Real(String suffix, int bytes) {
        this.suffix = suffix;
        this.bytes = bytes;
    }

    /// What the name of a kernel ends with.
    String suffix() {
        return suffix;
    }

    /// Bytes of one number.
    public int bytes() {
        return bytes;
    }
}
