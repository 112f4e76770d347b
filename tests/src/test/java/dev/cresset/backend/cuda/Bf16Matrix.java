package dev.cresset.backend.cuda;

/// A matrix on the host, in float64, and rounding to bfloat16 in plain Java.
record Bf16Matrix(int rows, int columns, double[] at) {
    /// What a matrix of the device holds.
    static Bf16Matrix of(CudaBf16 stored) {
        double[] words = stored.room().toArray();
        double[] at = new double[Math.toIntExact(stored.size())];
        for (int e = 0; e < at.length; e++) {
            long place = stored.offset() + e;
            int word = Float.floatToRawIntBits((float) words[(int) (place / 2)]);
            at[e] = Float.intBitsToFloat(place % 2 == 0 ? word << 16 : word & 0xffff0000);
        }
        return new Bf16Matrix(stored.rows(), stored.columns(), at);
    }

    double get(int row, int column) {
        return at[row * columns + column];
    }

    /// The nearest number of 8 significant bits, of two the even one.
    static double rounded(double x) {
        int bits = Float.floatToRawIntBits((float) x);
        return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
    }

    static double[] rounded(double[] x) {
        double[] to = new double[x.length];
        for (int e = 0; e < x.length; e++) {
            to[e] = rounded(x[e]);
        }
        return to;
    }
}
