package dev.cresset.backend.cuda;

import dev.cresset.backend.Transpose;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.tensor.Tensor;
import java.util.function.LongSupplier;

/// The lines of a fused step whose matrices are stored as bfloat16.
final class CudaBf16Lines extends CudaStepLines {
    private final CudaBf16Memory memory;
    private final CudaBf16Lt lt;

    CudaBf16Lines(CudaBackend device, StepPlan plan, CudaBf16Memory memory, CudaBf16Lt lt) {
        super(device, plan);
        this.memory = memory;
        this.lt = lt;
    }

    CudaBf16Memory memory() {
        return memory;
    }

    /// The planned products.
    CudaBf16Lt lt() {
        return lt;
    }

    /// Adds a planned product of two stored matrices.
    ///
    /// @param bytes of what it reads and writes beside its factors and its mask
    /// @param result gives the address of the result as it runs
    /// @param bias likewise of the bias; 0 without one
    /// @param i the layer whose mask it writes or reads
    void planned(
            String name,
            CudaLtProduct product,
            CudaBf16 a,
            CudaBf16 b,
            long bytes,
            LongSupplier result,
            LongSupplier bias,
            int i) {
        boolean masked = product.spec().epilogue().usesMask();
        add(
                name + ": " + product.describe(),
                1,
                a.bytes() + b.bytes() + bytes + product.spec().maskBytes(),
                () -> product.run(
                        a.address(), b.address(), result.getAsLong(), bias.getAsLong(), masked ? memory.mask(i) : 0));
    }

    /// Adds a product in float32 of two stored matrices: `c ← op(a) · op(b) + beta · c`.
    void product(
            String text, CudaBf16 a, Transpose transposeA, CudaBf16 b, Transpose transposeB, Tensor c, double beta) {
        add(text + ", cuBLAS", 1, bytes(a, b, c, beta), () -> device().engine()
                .products()
                .product(a, transposeA, b, transposeB, c, beta));
    }

    /// Adds `c ← aᵀ · b + beta · c` beside what follows, up to [#join], where it is small.
    void productBeside(String text, CudaBf16 a, CudaBf16 b, Tensor c, double beta) {
        if (c.size() >= CudaFusedMerge.LEAST) {
            product(text, a, Transpose.YES, b, Transpose.NO, c, beta);
            return;
        }
        addBeside(text, bytes(a, b, c, beta), side -> side.product(a, Transpose.YES, b, Transpose.NO, c, beta));
    }

    private static long bytes(CudaBf16 a, CudaBf16 b, Tensor c, double beta) {
        return a.bytes() + b.bytes() + (beta == 0 ? 1 : 2) * c.size() * Float.BYTES;
    }
}
