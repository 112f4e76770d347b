package dev.cresset.backend.cuda;

import dev.cresset.backend.Transpose;

/// A product of a linear layer, to be planned by [CudaLt]. All matrices are row-major and dense: X is `batch × in`, W
/// `out × in`, Y and its gradient dY `batch × out`.
///
/// @param op which product
/// @param types of its numbers
/// @param batch rows of X, 1 or more
/// @param in columns of X, 1 or more
/// @param out columns of Y, 1 or more
/// @param epilogue what is done to the result
/// @param beta how much of the old result stays: momentum, or 1 to add; with 0 it is not read. Only without epilogue
/// @param alignment what every address is a multiple of, in bytes: a power of 2 up to 256, not less than an element.
///     Below 256, for slices of a batch for example, slower algorithms may be all that is left
record CudaLtSpec(
        Op op, CudaLtTypes types, int batch, int in, int out, CudaLtEpilogue epilogue, double beta, int alignment) {
    /// What memory of the device's own is a multiple of, in bytes.
    static final int ALIGNED = 256;

    private static final int MASK_UNIT = 128;

    /// The three products of a linear layer.
    enum Op {
        /// `Y = X·Wᵀ`.
        FORWARD,
        /// `dX = dY·W`.
        INPUT_GRADIENT,
        /// `dW = dYᵀ·X`.
        WEIGHT_GRADIENT
    }

    CudaLtSpec {
        if (batch < 1 || in < 1 || out < 1) {
            throw new IllegalArgumentException("A planned product needs sizes of 1 or more, and got batch " + batch
                    + ", in " + in + ", out " + out + ": leave empty products out.");
        }
        if (!epilogue.fits(op)) {
            throw new IllegalArgumentException("Epilogue " + epilogue.name() + " does not belong to " + op + ".");
        }
        if (beta != 0 && epilogue != CudaLtEpilogue.NONE) {
            throw new IllegalArgumentException("Beta " + beta + " with epilogue " + epilogue.name()
                    + ": keep some of the old result without epilogue only.");
        }
        if (Integer.bitCount(alignment) != 1
                || alignment > ALIGNED
                || alignment < Math.max(types.factorBytes(), types.resultBytes())) {
            throw new IllegalArgumentException("Alignment " + alignment + " of a product in " + types
                    + " is not a power of 2 from the size of an element up to " + ALIGNED + " bytes.");
        }
    }

    /// `Y = X·Wᵀ`, with an epilogue.
    static CudaLtSpec forward(CudaLtTypes types, int batch, int in, int out, CudaLtEpilogue epilogue) {
        return new CudaLtSpec(Op.FORWARD, types, batch, in, out, epilogue, 0, ALIGNED);
    }

    /// `dX = dY·W`, with an epilogue.
    static CudaLtSpec inputGradient(CudaLtTypes types, int batch, int in, int out, CudaLtEpilogue epilogue) {
        return new CudaLtSpec(Op.INPUT_GRADIENT, types, batch, in, out, epilogue, 0, ALIGNED);
    }

    /// `dW = dYᵀ·X + beta·dW`.
    static CudaLtSpec weightGradient(CudaLtTypes types, int batch, int in, int out, double beta) {
        return new CudaLtSpec(Op.WEIGHT_GRADIENT, types, batch, in, out, CudaLtEpilogue.NONE, beta, ALIGNED);
    }

    /// The same for addresses that are multiples of `bytes` only.
    CudaLtSpec aligned(int bytes) {
        return new CudaLtSpec(op, types, batch, in, out, epilogue, beta, bytes);
    }

    /// Rows of the result.
    int rows() {
        return op == Op.WEIGHT_GRADIENT ? out : batch;
    }

    /// Columns of the result.
    int columns() {
        return op == Op.FORWARD ? out : in;
    }

    /// Bits from one row of the mask to the next: the columns of the result, rounded up to a multiple of 128.
    long maskPitch() {
        return (columns() + MASK_UNIT - 1L) / MASK_UNIT * MASK_UNIT;
    }

    /// Bytes of the mask; 0 without one.
    long maskBytes() {
        return epilogue.usesMask() ? rows() * maskPitch() / Byte.SIZE : 0;
    }

    /// The same product as cuBLAS sees it.
    ColumnMajor columnMajor() {
        return switch (op) {
            case FORWARD -> ColumnMajor.of(batch, in, Transpose.NO, out, in, Transpose.YES);
            case INPUT_GRADIENT -> ColumnMajor.of(batch, out, Transpose.NO, out, in, Transpose.NO);
            case WEIGHT_GRADIENT -> ColumnMajor.of(batch, out, Transpose.YES, batch, in, Transpose.NO);
        };
    }

    /// Such as `forward 128×784·784×512 + bias, ReLU, mask in TF32`.
    @Override
    public String toString() {
        String shape =
                switch (op) {
                    case FORWARD -> "forward " + batch + "×" + in + "·" + in + "×" + out;
                    case INPUT_GRADIENT -> "input gradient " + batch + "×" + out + "·" + out + "×" + in;
                    case WEIGHT_GRADIENT -> "weight gradient " + out + "×" + batch + "·" + batch + "×" + in;
                };
        String kept = beta == 0 ? "" : " + " + beta + "·D";
        String lowered = alignment == ALIGNED ? "" : ", addresses multiples of " + alignment;
        return shape + kept + epilogue + " in " + types + lowered;
    }
}
