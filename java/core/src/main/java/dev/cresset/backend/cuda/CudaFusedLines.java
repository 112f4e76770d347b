package dev.cresset.backend.cuda;

import dev.cresset.backend.Transpose;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.tensor.Tensor;

/// The lines of a fused step whose matrices are stored as float32.
final class CudaFusedLines extends CudaStepLines {
    private final CudaFusedMemory memory;
    private final CudaFusedLt lt;

    CudaFusedLines(CudaBackend device, StepPlan plan, CudaFusedMemory memory, CudaFusedLt lt) {
        super(device, plan);
        this.memory = memory;
        this.lt = lt;
    }

    CudaFusedMemory memory() {
        return memory;
    }

    /// The planned products.
    CudaFusedLt lt() {
        return lt;
    }

    /// Adds launches that read and write so many numbers at least.
    void addFloats(String text, int launches, long numbers, Runnable submission) {
        add(text, launches, numbers * Float.BYTES, submission);
    }

    /// Adds a planned product with factors `a` and `b`, its result, and a bias or its gradient.
    ///
    /// @param i the layer whose mask it writes or reads
    void planned(String name, CudaLtProduct product, Tensor a, Tensor b, Tensor result, Tensor bias, int i) {
        long mask = product.spec().maskBytes() / Float.BYTES;
        long numbers = a.size() + b.size() + result.size() + bias.size() + mask;
        addFloats(
                name + ": " + product.describe(),
                1,
                numbers,
                () -> product.run(
                        CudaBuffer.address(a),
                        CudaBuffer.address(b),
                        CudaBuffer.address(result),
                        CudaBuffer.address(bias),
                        lt.mask(i)));
    }

    /// Adds a product: `c ← op(a) · op(b) + beta · c`.
    void product(String text, Tensor a, Transpose transposeA, Tensor b, Transpose transposeB, Tensor c, double beta) {
        long numbers = a.size() + b.size() + (beta == 0 ? 1 : 2) * c.size();
        addFloats(text + ", cuBLAS", launchesOfProduct(), numbers, () -> device().engine()
                .products()
                .product(a, transposeA, b, transposeB, c, beta));
    }

    /// Adds a product beside what follows, up to [#join], where it is small and the precision allows.
    void productBeside(String text, Tensor a, Transpose transposeA, Tensor b, Tensor c, double beta) {
        if (c.size() >= CudaFusedMerge.LEAST || !CudaSide.takes(device().precision())) {
            product(text, a, transposeA, b, Transpose.NO, c, beta);
            return;
        }
        long numbers = a.size() + b.size() + (beta == 0 ? 1 : 2) * c.size();
        addBeside(text, numbers * Float.BYTES, side -> side.product(a, transposeA, b, Transpose.NO, c, beta));
    }

    /// The product and what makes its factors.
    private int launchesOfProduct() {
        return switch (device().precision()) {
            case FP32, TF32, FP64 -> 1;
            case BF16 -> 3;
            case FP32_3XTF32 -> 5;
        };
    }

    /// `128×784 → 512`.
    static String shape(Tensor input, int outputs) {
        return input.rows() + "×" + input.columns() + " → " + outputs;
    }
}
