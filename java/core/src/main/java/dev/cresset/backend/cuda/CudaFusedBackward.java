package dev.cresset.backend.cuda;

import dev.cresset.backend.Parameter;
import dev.cresset.backend.Statistics;
import dev.cresset.backend.Transpose;
import dev.cresset.backend.step.Stage;
import dev.cresset.backend.step.Update;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/// The second half of a fused step: from the gradient of the output back to the gradients of all parameters.
final class CudaFusedBackward {
    private final CudaFusedLines lines;
    private final CudaFusedMemory memory;
    private final CudaFusedMerge merge;

    CudaFusedBackward(CudaFusedLines lines, CudaFusedMerge merge) {
        this.lines = lines;
        this.memory = lines.memory();
        this.merge = merge;
    }

    void add() {
        List<CudaFusedLayer> layers = memory.layers();
        boolean done = memory.last().way() == CudaFusedLayer.Way.CLASSES;
        for (int i = layers.size() - 1; i >= 0; i--) {
            CudaFusedLayer layer = layers.get(i);
            Tensor input = memory.inputOf(i);
            if (!done) {
                toProduct(layer);
            }
            weightGradient(layer, input, i == 0);
            done = i > 0 && inputGradient(layer, i - 1);
        }
        lines.join();
    }

    /// From the gradient of a layer's output to that of its product, and of its bias and normalisation.
    private void toProduct(CudaFusedLayer layer) {
        switch (layer.way()) {
            case PLAIN -> plain(layer);
            case NORMALIZED -> {
                activation(layer);
                normalized(layer);
            }
            case BY_VERBS -> {
                activation(layer);
                byVerbs(layer);
            }
            case CLASSES -> {}
        }
    }

    private void plain(CudaFusedLayer layer) {
        Tensor dz = layer.dz();
        Tensor dbias = layer.affine().bias().gradient();
        long partials = 2L * CudaGrid.chunks(dz.rows()) * dz.columns();
        if (layer.activatesApart()) {
            lines.addFloats(
                    layer.affine().name() + ": gradient of " + layer.function().kind()
                            + " and bias, activateGradientSums",
                    2,
                    3 * dz.size() + 2 * partials + dz.columns(),
                    () -> lines.device()
                            .ops()
                            .activateGradientSums(layer.function(), layer.z(), layer.a(), dz, dz, dbias));
        } else {
            lines.addFloats(
                    layer.affine().name() + ": gradient of bias, columnSums",
                    2,
                    dz.size() + 2 * partials + dz.columns(),
                    () -> lines.device().ops().columnSums(dz, dbias));
        }
    }

    private void activation(CudaFusedLayer layer) {
        if (layer.activatesApart()) {
            Tensor dz = layer.dz();
            lines.addFloats(
                    layer.affine().name() + ": gradient of " + layer.function().kind() + ", activateGradient",
                    1,
                    3 * dz.size(),
                    () -> lines.device().ops().activateGradient(layer.function(), layer.y(), layer.a(), dz, dz));
        }
    }

    private void normalized(CudaFusedLayer layer) {
        Tensor dz = layer.dz();
        CudaFusedNormalize normal = CudaFusedForward.normal(layer);
        String text = normal.name() + ": gradient of normalisation" + normal.andFunction() + ", stepNormalizeGradient";
        lines.addFloats(text, 1, 3 * dz.size() + 8L * dz.columns(), () -> {
            CudaLaunch begun = normal.columns(lines.launch(Kernel.STEP_NORMALIZE_GRADIENT))
                    .with(dz)
                    .with(dz);
            normal.gradients(begun).run(CudaGrid.tiles(dz.columns()), 1);
        });
    }

    private void byVerbs(CudaFusedLayer layer) {
        Stage.Normalize normalize = layer.normalize();
        Tensor dz = layer.dz();
        String text = normalize.name() + ": gradient of normalisation and bias verb by verb, since " + dz.rows()
                + " rows are more than the " + CudaFusedLayer.MOST_ROWS + " that fit into a block's registers";
        lines.addFloats(text, 4, 5 * dz.size(), () -> {
            lines.device()
                    .ops()
                    .batchNormGradient(
                            Statistics.BATCH,
                            layer.z(),
                            layer.spread(),
                            normalize.gamma().value(),
                            dz,
                            dz,
                            normalize.gamma().gradient(),
                            normalize.beta().gradient(),
                            normalize.epsilon());
            // The mean takes every shift of a column away.
            lines.device().ops().fill(layer.affine().bias().gradient(), 0);
        });
    }

    private void weightGradient(CudaFusedLayer layer, Tensor input, boolean first) {
        Parameter weight = layer.affine().weight();
        Tensor dz = layer.dz();
        String shape = dz.columns() + "×" + input.columns() + " over " + dz.rows() + " rows";
        String text = layer.affine().name() + ": gradient of weight ";
        if (layer.way() == CudaFusedLayer.Way.CLASSES) {
            lines.add(CudaFusedForward.classes(lines, layer, input).gradient(Kernel.STEP_CLASSIFY_GRADIENT));
        } else if (merge.merges(weight)) {
            Update update = lines.plan().update();
            Tensor velocity = merge.velocity(weight);
            String added = " added to " + update.momentum() + " of its velocity";
            product(first, text + shape + added, dz, input, velocity, update.momentum());
        } else {
            product(first, text + shape, dz, input, weight.gradient(), 0);
        }
    }

    /// The first layer's is the last one of a step: nothing follows that it could run beside.
    private void product(boolean first, String text, Tensor dz, Tensor input, Tensor to, double beta) {
        if (first) {
            lines.product(text, dz, Transpose.YES, input, Transpose.NO, to, beta);
        } else {
            lines.productBeside(text, dz, Transpose.YES, input, to, beta);
        }
    }

    /// The gradient of the output of layer `i`, the one below; whether it is that of its product already.
    private boolean inputGradient(CudaFusedLayer layer, int i) {
        CudaFusedLayer below = memory.layers().get(i);
        Tensor weight = layer.affine().weight().value();
        Tensor dz = layer.dz();
        Tensor to = below.dz();
        String shape = CudaFusedLines.shape(dz, layer.inputs());
        if (layer.way() == CudaFusedLayer.Way.CLASSES && below.isWhole()) {
            CudaFusedNormalize normal = CudaFusedForward.normal(below);
            String text = layer.affine().name() + ": gradient of input " + shape + ", through " + normal.name()
                    + ", stepNormalizeGradientOfClasses";
            long numbers = 2 * to.size() + dz.size() + weight.size() + 8L * to.columns();
            lines.addFloats(text, 1, numbers, () -> {
                CudaLaunch begun = normal.columns(lines.launch(Kernel.STEP_NORMALIZE_GRADIENT_OF_CLASSES))
                        .with(dz)
                        .with(weight)
                        .with(to);
                normal.gradients(begun).size(dz.columns()).run(CudaGrid.tiles(to.columns()), 1);
            });
            return true;
        }
        Optional<CudaLtProduct> planned = lines.lt().backward(i);
        if (planned.isPresent()) {
            Tensor dbias = below.affine().bias().gradient();
            lines.planned(layer.affine().name(), planned.get(), dz, weight, to, dbias, i);
            return true;
        }
        String text = layer.affine().name() + ": gradient of input " + shape;
        lines.product(text, dz, Transpose.NO, weight, Transpose.NO, to, 0);
        return false;
    }
}
