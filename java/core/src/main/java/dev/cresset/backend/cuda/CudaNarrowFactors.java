package dev.cresset.backend.cuda;

import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Precision;
import java.util.Optional;

/// What the narrow tier takes as factors of its products.
enum CudaNarrowFactors {
    FP32(Float.BYTES, Kernel.STEP_NARROW_FP32),
    TF32(Float.BYTES, Kernel.STEP_NARROW_TF32),
    BF16(Short.BYTES, Kernel.STEP_NARROW_BF16);

    private final int bytes;
    private final Kernel kernel;

    CudaNarrowFactors(int bytes, Kernel kernel) {
        this.bytes = bytes;
        this.kernel = kernel;
    }

    /// Those of a precision, where there are such.
    static Optional<CudaNarrowFactors> of(Precision precision) {
        return switch (precision) {
            case FP32 -> Optional.of(FP32);
            case TF32 -> Optional.of(TF32);
            case BF16 -> Optional.of(BF16);
            case FP64, FP32_3XTF32 -> Optional.empty();
        };
    }

    /// Bytes of one factor.
    int bytes() {
        return bytes;
    }

    /// Forward, loss and backward.
    Kernel kernel() {
        return kernel;
    }

    /// Bytes from row to row of a matrix in shared memory: 16 more than padded, which spreads rows over the banks.
    int pitch(int columns) {
        return CudaNarrowLayout.padded(columns) * bytes + 16;
    }
}
