package dev.cresset.backend.cuda;

import dev.cresset.backend.Transpose;
import dev.cresset.backend.step.StepPlan;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The lines of a fused step as they are written down: forward, backward and update add to it.
final class CudaFusedLines {
    private final CudaBackend device;
    private final StepPlan plan;
    private final CudaFusedMemory memory;
    private final CudaFusedLt lt;
    private final List<CudaFusedLine> lines = new ArrayList<>();
    private boolean beside;

    CudaFusedLines(CudaBackend device, StepPlan plan, CudaFusedMemory memory, CudaFusedLt lt) {
        this.device = device;
        this.plan = plan;
        this.memory = memory;
        this.lt = lt;
    }

    CudaBackend device() {
        return device;
    }

    StepPlan plan() {
        return plan;
    }

    CudaFusedMemory memory() {
        return memory;
    }

    /// The planned products.
    CudaFusedLt lt() {
        return lt;
    }

    /// Begins a launch.
    CudaLaunch launch(Kernel kernel) {
        return device.engine().launch().of(kernel);
    }

    void add(String text, int launches, long numbers, Runnable submission) {
        lines.add(new CudaFusedLine(text, launches, numbers * Float.BYTES, submission));
    }

    void add(CudaFusedLine line) {
        lines.add(line);
    }

    /// Adds a planned product with factors `a` and `b`, its result, and a bias or its gradient.
    ///
    /// @param i the layer whose mask it writes or reads
    void planned(String name, CudaLtProduct product, Tensor a, Tensor b, Tensor result, Tensor bias, int i) {
        long mask = product.spec().maskBytes() / Float.BYTES;
        long numbers = a.size() + b.size() + result.size() + bias.size() + mask;
        add(
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
        add(text + ", cuBLAS", launchesOfProduct(), numbers, () -> device.engine()
                .products()
                .product(a, transposeA, b, transposeB, c, beta));
    }

    /// Adds a product beside what follows, up to [#join], where it is small and the precision allows.
    void productBeside(String text, Tensor a, Transpose transposeA, Tensor b, Tensor c, double beta) {
        if (c.size() >= CudaFusedMerge.LEAST || !CudaSide.takes(device.precision())) {
            product(text, a, transposeA, b, Transpose.NO, c, beta);
            return;
        }
        CudaSide side = device.engine().side();
        beside = true;
        long numbers = a.size() + b.size() + (beta == 0 ? 1 : 2) * c.size();
        add(text + ", cuBLAS on the second stream", 1, numbers, () -> {
            side.fork();
            side.product(a, transposeA, b, Transpose.NO, c, beta);
        });
    }

    /// Waits for the products beside, if there are any.
    void join() {
        if (beside) {
            beside = false;
            add("the second stream is waited for", 0, 0, device.engine().side()::join);
        }
    }

    /// The product and what makes its factors.
    private int launchesOfProduct() {
        return switch (device.precision()) {
            case FP32, TF32, FP64 -> 1;
            case BF16 -> 3;
            case FP32_3XTF32 -> 5;
        };
    }

    /// `128×784 → 512`.
    static String shape(Tensor input, int outputs) {
        return input.rows() + "×" + input.columns() + " → " + outputs;
    }

    List<CudaFusedLine> all() {
        return List.copyOf(lines);
    }
}
