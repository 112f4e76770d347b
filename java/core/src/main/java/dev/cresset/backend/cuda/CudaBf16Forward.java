package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.PointwiseLoss;
import dev.cresset.backend.Transpose;
import dev.cresset.backend.step.Objective;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The first half of a step whose matrices are stored as bfloat16: the batch, the layers, the loss and its gradient.
final class CudaBf16Forward {
    private final CudaBf16Lines lines;
    private final CudaBf16Memory memory;
    private final CudaFusedTally tally;

    CudaBf16Forward(CudaBf16Lines lines) {
        this.lines = lines;
        this.memory = lines.memory();
        this.tally = memory.tally();
    }

    void add() {
        List<CudaBf16Layer> layers = memory.layers();
        CudaBf16 x = layers.getFirst().input();
        lines.add(new CudaFusedDraw(lines.device(), lines.plan(), tally)
                .line(Kernel.STEP_DRAW_BF16, Short.BYTES, x::address));
        for (int i = 0; i < layers.size() - 1; i++) {
            hidden(i, layers.get(i), layers.get(i + 1).input());
        }
        if (CudaBf16Layer.endsInClasses(lines.plan())) {
            divisor();
            lines.add(classes(lines).forward(Kernel.STEP_CLASSIFY_BF16));
        } else {
            last(layers.size() - 1, memory.last());
            loss();
        }
    }

    /// What a last layer of few classes is.
    static CudaFusedClasses classes(CudaBf16Lines lines) {
        CudaBf16Memory memory = lines.memory();
        CudaBf16 input = memory.last().input();
        return new CudaFusedClasses(
                lines.device(),
                memory.tally(),
                memory.last().affine(),
                ((Objective.Classes) lines.plan().objective()).spec(),
                input::address,
                input.bytes(),
                memory.da());
    }

    private void hidden(int i, CudaBf16Layer layer, CudaBf16 output) {
        if (layer.normal() != null) {
            normalized(layer, layer.normal(), output);
            return;
        }
        Optional<CudaLtProduct> planned = lines.lt().forward(i);
        if (planned.isPresent()) {
            long bytes = layer.bias().bytes() + output.bytes();
            lines.planned(
                    layer.name(),
                    planned.get(),
                    layer.input(),
                    layer.weight(),
                    bytes,
                    output::address,
                    layer.bias()::address,
                    i);
            return;
        }
        Tensor product = memory.product(layer);
        product(layer, product);
        CudaBf16 kept = layer.z() == output ? null : layer.z();
        String text = layer.name() + ": bias and " + layer.function().kind() + ", stepActivateBf16"
                + lines.lt().forwardReason(i);
        long bytes = product.size() * Float.BYTES + layer.bias().bytes() + (kept == null ? 1 : 2) * output.bytes();
        lines.add(text, 1, bytes, () -> submitActivation(layer, product, kept, output));
    }

    private void normalized(CudaBf16Layer layer, CudaFusedNormalize normal, CudaBf16 output) {
        Tensor z = normal.z();
        product(layer, z);
        lines.add(
                normal.name() + ": normalisation" + normal.andFunction() + ", stepNormalizeBf16",
                1,
                (z.size() + 9L * z.columns()) * Float.BYTES + output.bytes(),
                () -> normal.submit(lines.launch(Kernel.STEP_NORMALIZE_BF16), output.address()));
    }

    private void submitActivation(CudaBf16Layer layer, Tensor product, @Nullable CudaBf16 kept, CudaBf16 output) {
        CudaLaunch begun = lines.launch(Kernel.STEP_ACTIVATE_BF16)
                .with(product)
                .address(layer.bias().address())
                .address(kept == null ? 0 : kept.address())
                .address(output.address());
        begun.number(layer.function().kind().ordinal()).real(layer.function().parameter());
        begun.size(layer.rows()).size(layer.outputs());
        begun.run(CudaGrid.elements(layer.rows() * ((layer.outputs() + 3L) / 4)), 1);
    }

    private void product(CudaBf16Layer layer, Tensor to) {
        String text = layer.name() + ": product " + layer.rows() + "×" + layer.inputs() + " → " + layer.outputs();
        lines.product(text, layer.input(), Transpose.NO, layer.weight(), Transpose.YES, to, 0);
    }

    private void last(int i, CudaBf16Layer layer) {
        Tensor bias = layer.affine().bias().value();
        Tensor z = memory.z();
        Tensor a = memory.a();
        Optional<CudaLtProduct> planned = lines.lt().forward(i);
        if (planned.isPresent()) {
            long bytes = (bias.size() + a.size()) * Float.BYTES;
            lines.planned(
                    layer.name(),
                    planned.get(),
                    layer.input(),
                    layer.weight(),
                    bytes,
                    () -> CudaBuffer.address(a),
                    () -> CudaBuffer.address(bias),
                    i);
            return;
        }
        product(layer, z);
        String text = layer.name() + ": bias and " + layer.function().kind() + ", addRowActivate"
                + lines.lt().forwardReason(i);
        long bytes = ((a == z ? 2 : 3) * z.size() + bias.size()) * Float.BYTES;
        lines.add(text, 1, bytes, () -> {
            Activation function = layer.function();
            CudaLaunch begun = lines.launch(Kernel.ADD_ROW_ACTIVATE)
                    .with(z)
                    .with(bias)
                    .with(z)
                    .with(a);
            begun.number(function.kind().ordinal()).real(function.parameter());
            begun.size(z.rows()).size(z.columns()).run(CudaGrid.elements(z.size()), 1);
        });
    }

    private void loss() {
        boolean apart = memory.activatesLast();
        if (lines.plan().objective() instanceof Objective.Elements(PointwiseLoss kind, double scale)) {
            String text = "loss " + kind.kind() + " and gradient: " + (apart ? "stepLoss" : "stepLossBf16");
            lines.add(text, 1, bytesOfLoss(), () -> submitLoss(kind, scale));
        } else {
            CrossEntropy spec = ((Objective.Classes) lines.plan().objective()).spec();
            divisor();
            String text =
                    "softmax, cross-entropy and gradient: " + (apart ? "softmaxCrossEntropy" : "stepCrossEntropyBf16");
            lines.add(text, 1, bytesOfLoss(), () -> submitCrossEntropy(spec));
        }
        if (apart) {
            roundSlope();
        }
    }

    /// The divisor where it depends on the batch.
    private void divisor() {
        if (tally.divisorRule() == 2) {
            lines.add(
                    "sum of the rows' class weights: crossEntropyDivisor",
                    1,
                    tally.target().size() * Float.BYTES,
                    () -> tally.submitDivisor(lines.device().engine().launch()));
        }
    }

    private long bytesOfLoss() {
        long gradient = memory.activatesLast()
                ? memory.da().size() * Float.BYTES
                : memory.last().dz().bytes();
        return (memory.a().size() + tally.target().size()) * Float.BYTES
                + gradient
                + (long) tally.partialsCount() * Double.BYTES;
    }

    private void submitLoss(PointwiseLoss kind, double scale) {
        boolean apart = memory.activatesLast();
        CudaLaunch begun = lines.launch(apart ? Kernel.STEP_LOSS : Kernel.STEP_LOSS_BF16)
                .with(memory.a())
                .with(tally.target())
                .address(addressOfGradient());
        begun.with(tally.partials()).number(kind.kind().ordinal());
        begun.real(kind.beta()).real(scale).size(memory.a().size());
        begun.run(tally.partialsCount(), 1);
    }

    private void submitCrossEntropy(CrossEntropy spec) {
        boolean apart = memory.activatesLast();
        Tensor a = memory.a();
        CudaLaunch begun = lines.launch(apart ? Kernel.SOFTMAX_CROSS_ENTROPY : Kernel.STEP_CROSS_ENTROPY_BF16)
                .with(a)
                .with(tally.target())
                .with(tally.classWeights());
        begun.with(tally.divisor());
        if (apart) {
            begun.with(memory.da()).with(tally.partials()).with(memory.da());
        } else {
            begun.address(addressOfGradient()).with(tally.partials());
        }
        begun.number(spec.targets() == Targets.CLASS_INDICES ? 1 : 0).real(spec.smoothing());
        begun.size(a.rows()).size(a.columns()).run(tally.partialsCount(), 1);
    }

    private long addressOfGradient() {
        return memory.activatesLast()
                ? CudaBuffer.address(memory.da())
                : memory.last().dz().address();
    }

    /// From the gradient of the output to that of Z, which is then stored.
    private void roundSlope() {
        Tensor da = memory.da();
        CudaBf16Layer layer = memory.last();
        lines.add(
                layer.name() + ": gradient of " + layer.function().kind() + ", activateGradient",
                1,
                3 * da.size() * Float.BYTES,
                () -> lines.device().ops().activateGradient(layer.function(), memory.z(), memory.a(), da, da));
        lines.add(
                layer.name() + ": gradient rounded, roundToBf16",
                1,
                da.size() * Float.BYTES + layer.dz().bytes(),
                () -> lines.device().engine().products().round(da, layer.dz()));
    }
}
