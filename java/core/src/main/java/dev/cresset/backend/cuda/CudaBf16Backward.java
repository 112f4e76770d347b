package dev.cresset.backend.cuda;

import dev.cresset.backend.Parameter;
import dev.cresset.backend.Transpose;
import dev.cresset.backend.step.Update;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The second half of a step whose matrices are stored as bfloat16: from the gradient of the last product back to the
/// gradients of all parameters, which are float32.
final class CudaBf16Backward {
    private final CudaBf16Lines lines;
    private final CudaBf16Memory memory;
    private final CudaFusedMerge merge;

    CudaBf16Backward(CudaBf16Lines lines, CudaFusedMerge merge) {
        this.lines = lines;
        this.memory = lines.memory();
        this.merge = merge;
    }

    void add() {
        List<CudaBf16Layer> layers = memory.layers();
        int top = layers.size() - 1;
        if (CudaBf16Layer.endsInClasses(lines.plan())) {
            lines.add(CudaBf16Forward.classes(lines).gradient(Kernel.STEP_CLASSIFY_GRADIENT_BF16));
            throughClasses(layers.get(top - 1));
            top--;
        } else {
            biasGradient(memory.last());
        }
        for (int i = top; i >= 0; i--) {
            CudaBf16Layer layer = layers.get(i);
            weightGradient(layer, i == 0);
            if (i > 0) {
                inputGradient(layer, i - 1, layers.get(i - 1));
            }
        }
        lines.join();
    }

    /// The first layer's is the last one of a step: nothing follows that it could run beside.
    private void weightGradient(CudaBf16Layer layer, boolean first) {
        Parameter weight = layer.affine().weight();
        Update update = lines.plan().update();
        boolean merges = merge.merges(weight);
        String text = layer.name() + ": gradient of weight " + layer.outputs() + "×" + layer.inputs() + " over "
                + layer.rows() + " rows" + (merges ? " added to " + update.momentum() + " of its velocity" : "");
        Tensor to = merges ? merge.velocity(weight) : weight.gradient();
        double beta = merges ? update.momentum() : 0;
        if (first) {
            lines.product(text, layer.dz(), Transpose.YES, layer.input(), Transpose.NO, to, beta);
        } else {
            lines.productBeside(text, layer.dz(), layer.input(), to, beta);
        }
    }

    /// The gradients of product and bias of layer `i`, the one below.
    private void inputGradient(CudaBf16Layer layer, int i, CudaBf16Layer below) {
        Optional<CudaLtProduct> planned = lines.lt().backward(i);
        if (planned.isPresent()) {
            long bytes = below.dz().bytes();
            lines.planned(
                    layer.name(), planned.get(), layer.dz(), layer.weight(), bytes, below.dz()::address, () -> 0, i);
            biasGradient(below);
            return;
        }
        Tensor da = memory.product(below);
        String text =
                layer.name() + ": gradient of input " + layer.rows() + "×" + layer.outputs() + " → " + layer.inputs();
        lines.product(text, layer.dz(), Transpose.NO, layer.weight(), Transpose.NO, da, 0);
        if (below.normal() == null) {
            activationGradient(below, da, lines.lt().backwardReason(i));
        } else {
            normalGradient(below, below.normal(), da);
        }
    }

    private void normalGradient(CudaBf16Layer layer, CudaFusedNormalize normal, Tensor da) {
        String text =
                normal.name() + ": gradient of normalisation" + normal.andFunction() + ", stepNormalizeGradientBf16";
        long bytes =
                (2 * da.size() + 8L * da.columns()) * Float.BYTES + layer.dz().bytes();
        lines.add(text, 1, bytes, () -> {
            CudaLaunch begun = normal.columns(lines.launch(Kernel.STEP_NORMALIZE_GRADIENT_BF16))
                    .with(da)
                    .address(layer.dz().address());
            normal.gradients(begun).run(CudaGrid.tiles(da.columns()), 1);
        });
    }

    /// The same below a last layer of few classes.
    private void throughClasses(CudaBf16Layer layer) {
        CudaFusedNormalize normal = Objects.requireNonNull(layer.normal());
        Tensor weight = memory.last().affine().weight().value();
        Tensor classes = memory.da();
        String text = memory.last().name() + ": gradient of input " + classes.rows() + "×" + classes.columns() + " → "
                + layer.outputs() + ", through " + normal.name() + ", stepNormalizeGradientOfClassesBf16";
        long numbers = normal.z().size() + classes.size() + weight.size() + 8L * layer.outputs();
        lines.add(text, 1, numbers * Float.BYTES + layer.dz().bytes(), () -> {
            CudaLaunch begun = normal.columns(lines.launch(Kernel.STEP_NORMALIZE_GRADIENT_OF_CLASSES_BF16))
                    .with(classes)
                    .with(weight)
                    .address(layer.dz().address());
            normal.gradients(begun).size(classes.columns()).run(CudaGrid.tiles(layer.outputs()), 1);
        });
    }

    private void activationGradient(CudaBf16Layer layer, Tensor da, String reason) {
        String text = layer.name() + ": gradient of " + layer.function().kind() + " and bias, stepActivateGradientBf16"
                + reason;
        long bytes = da.size() * Float.BYTES + 2 * layer.dz().bytes() + bytesOfSums(layer);
        lines.add(text, 2, bytes, () -> {
            CudaLaunch begun = lines.launch(Kernel.STEP_ACTIVATE_GRADIENT_BF16)
                    .address(layer.z().address())
                    .with(da)
                    .address(layer.dz().address())
                    .with(memory.sums());
            begun.number(layer.function().kind().ordinal())
                    .real(layer.function().parameter());
            finish(begun, layer);
        });
    }

    private void biasGradient(CudaBf16Layer layer) {
        String text = layer.name() + ": gradient of bias, stepColumnSumsBf16";
        lines.add(text, 2, layer.dz().bytes() + bytesOfSums(layer), () -> {
            CudaLaunch begun = lines.launch(Kernel.STEP_COLUMN_SUMS_BF16)
                    .address(layer.dz().address())
                    .with(memory.sums());
            finish(begun, layer);
        });
    }

    /// Partial sums written and read, and the gradient.
    private static long bytesOfSums(CudaBf16Layer layer) {
        return 2L * CudaGrid.chunks(layer.rows()) * layer.outputs() * Double.BYTES + layer.outputs() * Float.BYTES;
    }

    /// Runs a kernel that leaves partial sums of the columns of dZ, and the one that adds those.
    private void finish(CudaLaunch begun, CudaBf16Layer layer) {
        int chunks = CudaGrid.chunks(layer.rows());
        begun.size(layer.rows()).size(layer.outputs()).size(CudaGrid.chunk(layer.rows()));
        begun.run(CudaGrid.quadColumns(layer.outputs()), chunks);
        CudaLaunch last = lines.launch(Kernel.COLUMN_SUMS_FINISH)
                .with(memory.sums())
                .with(layer.affine().bias().gradient());
        last.size(chunks).size(layer.outputs()).run(CudaGrid.elements(layer.outputs()), 1);
    }
}
