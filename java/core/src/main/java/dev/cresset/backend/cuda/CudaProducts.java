package dev.cresset.backend.cuda;

import dev.cresset.backend.Transpose;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;

/// Products of matrices as the device's precision wants them:
///
/// - FP64, FP32, TF32: one product of what is stored; in TF32 cuBLAS takes 11 significant bits of each factor.
/// - BF16: both factors rounded to bfloat16 in scratch memory, one product with float32 sums.
/// - FP32_3XTF32: each factor split into two numbers of 11 significant bits, `x = high + low`, and three TF32 products:
///   `low·high`, then `high·low`, then `high·high`, the small ones first, added in float32.
///
/// The context is entered, its monitor held.
final class CudaProducts {
    /// Bytes to which each factor in the scratch memory is aligned.
    private static final long ALIGNMENT = 256;

    private final CudaBlas blas;
    private final CudaLaunch launch;
    private final CudaScratch scratch;
    private final Precision precision;

    CudaProducts(CudaBlas blas, CudaLaunch launch, CudaScratch scratch, Precision precision) {
        this.blas = blas;
        this.launch = launch;
        this.scratch = scratch;
        this.precision = precision;
    }

    /// `c ← op(a) · op(b) + beta · c`. With beta 0 the old c is not read.
    void product(Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta) {
        if (a.size() == 0 || b.size() == 0) {
            nothing(c, beta);
            return;
        }
        ColumnMajor p = ColumnMajor.of(a.rows(), a.columns(), transposeA, b.rows(), b.columns(), transposeB);
        long to = CudaBuffer.address(c);
        switch (precision) {
            case FP64, FP32, TF32 -> blas.product(CudaBuffer.address(a), CudaBuffer.address(b), to, p, beta);
            case BF16 -> rounded(a, b, to, p, beta);
            case FP32_3XTF32 -> split(a, b, to, p, beta);
        }
    }

    /// A sum of no products: cuBLAS need not be asked.
    private void nothing(Tensor c, double beta) {
        launch.of(beta == 0 ? Kernel.FILL : Kernel.SCALE)
                .with(c)
                .real(beta)
                .size(c.size())
                .run(CudaGrid.elements(c.size()), 1);
    }

    /// `c ← op(a) · op(b) + beta · c` with factors that are stored as bfloat16, and sums and c in float32.
    void product(CudaBf16 a, Transpose transposeA, CudaBf16 b, Transpose transposeB, Tensor c, double beta) {
        ColumnMajor p = ColumnMajor.of(a.rows(), a.columns(), transposeA, b.rows(), b.columns(), transposeB);
        blas.productOfBf16(a.address(), b.address(), CudaBuffer.address(c), p, beta);
    }

    /// `y ← x`, rounded; of the same number of elements.
    void round(Tensor x, CudaBf16 y) {
        round(x, y.address());
    }

    private void rounded(Tensor a, Tensor b, long c, ColumnMajor p, double beta) {
        long bytesA = aligned(a.size() * Short.BYTES);
        long first = scratch.bytes(bytesA + b.size() * Short.BYTES);
        round(a, first);
        round(b, first + bytesA);
        blas.productOfBf16(first, first + bytesA, c, p, beta);
    }

    private void round(Tensor x, long to) {
        launch.of(Kernel.ROUND_TO_BF16).with(x).address(to).size(x.size()).run(CudaGrid.groups(x.size(), 8), 1);
    }

    private void split(Tensor a, Tensor b, long c, ColumnMajor p, double beta) {
        long bytesA = aligned(a.size() * Float.BYTES);
        long bytesB = aligned(b.size() * Float.BYTES);
        long highA = scratch.bytes(2 * (bytesA + bytesB));
        long lowA = highA + bytesA;
        long highB = lowA + bytesA;
        long lowB = highB + bytesB;
        split(a, highA, lowA);
        split(b, highB, lowB);
        blas.product(lowA, highB, c, p, beta);
        blas.product(highA, lowB, c, p, 1);
        blas.product(highA, highB, c, p, 1);
    }

    private void split(Tensor x, long high, long low) {
        launch.of(Kernel.SPLIT_TF32)
                .with(x)
                .address(high)
                .address(low)
                .size(x.size())
                .run(CudaGrid.groups(x.size(), 4), 1);
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
