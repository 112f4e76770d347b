package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Ops;
import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Transpose;
import dev.cresset.backend.step.Objective;
import dev.cresset.backend.step.Stage;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Tensor;
import java.util.Optional;

/// The first half of a fused step: the batch, the layers, the loss and its gradient.
final class CudaFusedForward {
    private final CudaFusedLines lines;
    private final CudaFusedMemory memory;
    private final CudaFusedTally tally;

    CudaFusedForward(CudaFusedLines lines) {
        this.lines = lines;
        this.memory = lines.memory();
        this.tally = memory.tally();
    }

    void add() {
        lines.add(new CudaFusedDraw(lines.device(), lines.plan(), tally)
                .line(Kernel.STEP_DRAW, Float.BYTES, () -> CudaBuffer.address(memory.x())));
        for (int i = 0; i < memory.layers().size(); i++) {
            CudaFusedLayer layer = memory.layers().get(i);
            switch (layer.way()) {
                case PLAIN -> plain(layer, i);
                case NORMALIZED -> normalized(layer, memory.inputOf(i));
                case BY_VERBS -> byVerbs(layer, memory.inputOf(i));
                case CLASSES -> classes(layer, memory.inputOf(i));
            }
        }
        loss();
    }

    private void product(CudaFusedLayer layer, Tensor input) {
        Tensor weight = layer.affine().weight().value();
        String text = layer.affine().name() + ": product " + CudaFusedLines.shape(input, layer.outputs());
        lines.product(text, input, Transpose.NO, weight, Transpose.YES, layer.z(), 0);
    }

    private void plain(CudaFusedLayer layer, int i) {
        Tensor input = memory.inputOf(i);
        Tensor bias = layer.affine().bias().value();
        Tensor z = layer.z();
        Tensor a = layer.a();
        Optional<CudaLtProduct> planned = lines.lt().forward(i);
        if (planned.isPresent()) {
            Tensor weight = layer.affine().weight().value();
            lines.planned(layer.affine().name(), planned.get(), input, weight, a, bias, i);
            return;
        }
        product(layer, input);
        String text = layer.affine().name() + ": bias and " + layer.function().kind() + ", addRowActivate"
                + lines.lt().reason(i);
        lines.addFloats(text, 1, 3 * z.size() + bias.size(), () -> {
            CudaLaunch begun = lines.launch(Kernel.ADD_ROW_ACTIVATE)
                    .with(z)
                    .with(bias)
                    .with(z)
                    .with(a);
            begun.number(layer.function().kind().ordinal())
                    .real(layer.function().parameter());
            begun.size(z.rows()).size(z.columns()).run(CudaGrid.elements(z.size()), 1);
        });
    }

    private void normalized(CudaFusedLayer layer, Tensor input) {
        product(layer, input);
        CudaFusedNormalize normal = normal(layer);
        Tensor z = layer.z();
        Tensor y = layer.isWhole() ? layer.a() : layer.y();
        String text = normal.name() + ": normalisation" + normal.andFunction() + ", stepNormalize";
        lines.addFloats(
                text,
                1,
                2 * z.size() + 9L * z.columns(),
                () -> normal.submit(lines.launch(Kernel.STEP_NORMALIZE), CudaBuffer.address(y)));
        activate(layer);
    }

    /// The normalisation of a layer that is NORMALIZED.
    static CudaFusedNormalize normal(CudaFusedLayer layer) {
        int relu = layer.isWhole() && layer.function().kind() == Activation.Kind.RELU ? 1 : 0;
        return new CudaFusedNormalize(layer.affine(), layer.normalize(), layer.z(), layer.mean(), layer.spread(), relu);
    }

    private void activate(CudaFusedLayer layer) {
        if (layer.activatesApart()) {
            lines.addFloats(
                    layer.affine().name() + ": " + layer.function().kind() + ", activate",
                    1,
                    2 * layer.y().size(),
                    () -> lines.device().ops().activate(layer.function(), layer.y(), layer.a()));
        }
    }

    private void byVerbs(CudaFusedLayer layer, Tensor input) {
        product(layer, input);
        Stage.Normalize normalize = layer.normalize();
        Tensor z = layer.z();
        Tensor mean = layer.mean();
        Tensor variance = layer.spread();
        String text = normalize.name() + ": normalisation verb by verb, since " + z.rows() + " rows are more than the "
                + CudaFusedLayer.MOST_ROWS + " that fit into a block's registers";
        lines.addFloats(text, 6, 9 * z.size(), () -> {
            Ops ops = lines.device().ops();
            ops.addRow(z, layer.affine().bias().value(), z);
            ops.columnMoments(z, mean, variance);
            ops.batchNorm(
                    z,
                    mean,
                    variance,
                    normalize.gamma().value(),
                    normalize.beta().value(),
                    z,
                    layer.y(),
                    normalize.epsilon());
            ops.blend(mean, normalize.mean().value(), normalize.keep(), 1);
            ops.blend(variance, normalize.variance().value(), normalize.keep(), normalize.factor());
        });
        activate(layer);
    }

    private void classes(CudaFusedLayer layer, Tensor input) {
        divisor();
        lines.add(classes(lines, layer, input).forward(Kernel.STEP_CLASSIFY));
    }

    /// What a last layer of CLASSES is.
    static CudaFusedClasses classes(CudaFusedLines lines, CudaFusedLayer layer, Tensor input) {
        return new CudaFusedClasses(
                lines.device(),
                lines.memory().tally(),
                layer.affine(),
                ((Objective.Classes) lines.plan().objective()).spec(),
                () -> CudaBuffer.address(input),
                input.size() * Float.BYTES,
                layer.dz());
    }

    private static int indices(CrossEntropy spec) {
        return spec.targets() == Targets.CLASS_INDICES ? 1 : 0;
    }

    /// The divisor where it depends on the batch.
    private void divisor() {
        if (tally.divisorRule() == 2) {
            lines.addFloats(
                    "sum of the rows' class weights: crossEntropyDivisor",
                    1,
                    tally.target().size(),
                    () -> tally.submitDivisor(lines.device().engine().launch()));
        }
    }

    private void loss() {
        CudaFusedLayer last = memory.last();
        Tensor a = last.a();
        Tensor target = tally.target();
        long numbers = 2 * a.size() + target.size() + 2L * tally.partialsCount();
        if (lines.plan().objective() instanceof Objective.Elements(PointwiseLoss kind, double scale)) {
            lines.addFloats("loss " + kind.kind() + " and gradient: stepLoss", 1, numbers, () -> {
                CudaLaunch begun =
                        lines.launch(Kernel.STEP_LOSS).with(a).with(target).with(last.dz());
                begun.with(tally.partials()).number(kind.kind().ordinal());
                begun.real(kind.beta()).real(scale).size(a.size());
                begun.run(tally.partialsCount(), 1);
            });
        } else if (last.way() != CudaFusedLayer.Way.CLASSES) {
            CrossEntropy spec = ((Objective.Classes) lines.plan().objective()).spec();
            divisor();
            lines.addFloats("softmax, cross-entropy and gradient: softmaxCrossEntropy", 1, numbers, () -> {
                CudaLaunch begun = lines.launch(Kernel.SOFTMAX_CROSS_ENTROPY)
                        .with(a)
                        .with(target)
                        .with(tally.classWeights());
                begun.with(tally.divisor()).with(last.dz()).with(tally.partials());
                begun.with(last.dz()).number(indices(spec)).real(spec.smoothing());
                begun.size(a.rows()).size(a.columns()).run(tally.partialsCount(), 1);
            });
        }
    }
}
