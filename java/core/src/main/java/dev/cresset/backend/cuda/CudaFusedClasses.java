package dev.cresset.backend.cuda;

import dev.cresset.backend.CrossEntropy;
import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Parameter;
import dev.cresset.backend.step.Stage;
import dev.cresset.kernels.Kernel;
import dev.cresset.tensor.Tensor;
import java.util.function.LongSupplier;

/// The last layer of a fused step where its classes are few: product, softmax, cross-entropy and gradient in one
/// launch, the gradients of weight and bias in another.
///
/// @param input gives the address of its input as it runs
/// @param inputBytes of its input
/// @param dz the gradient of its product, rows × classes
record CudaFusedClasses(
        CudaBackend device,
        CudaFusedTally tally,
        Stage.Affine affine,
        CrossEntropy spec,
        LongSupplier input,
        long inputBytes,
        Tensor dz) {
    /// @param kernel STEP_CLASSIFY or STEP_CLASSIFY_BF16, as the input is stored
    CudaFusedLine forward(Kernel kernel) {
        Tensor weight = affine.weight().value();
        String text = affine.name() + ": product " + dz.rows() + "×" + affine.inputs() + " → " + dz.columns()
                + ", softmax, cross-entropy and gradient, "
                + (kernel == Kernel.STEP_CLASSIFY ? "stepClassify" : "stepClassifyBf16");
        long numbers = weight.size() + tally.target().size() + dz.size() + 2L * tally.partialsCount();
        return new CudaFusedLine(text, 1, inputBytes + numbers * Float.BYTES, () -> {
            CudaLaunch begun = device.engine()
                    .launch()
                    .of(kernel)
                    .address(input.getAsLong())
                    .with(weight)
                    .with(affine.bias().value())
                    .with(tally.target())
                    .with(tally.classWeights())
                    .with(tally.divisor());
            begun.with(dz).with(tally.partials());
            begun.number(spec.targets() == Targets.CLASS_INDICES ? 1 : 0).real(spec.smoothing());
            begun.size(dz.rows()).size(affine.inputs()).size(dz.columns());
            begun.run(tally.partialsCount(), 1);
        });
    }

    /// @param kernel STEP_CLASSIFY_GRADIENT or STEP_CLASSIFY_GRADIENT_BF16, as the input is stored
    CudaFusedLine gradient(Kernel kernel) {
        Parameter weight = affine.weight();
        String text = affine.name() + ": gradient of weight and bias " + dz.columns() + "×" + affine.inputs() + " over "
                + dz.rows() + " rows, "
                + (kernel == Kernel.STEP_CLASSIFY_GRADIENT ? "stepClassifyGradient" : "stepClassifyGradientBf16");
        long numbers = dz.size() + weight.value().size() + dz.columns();
        return new CudaFusedLine(text, 1, inputBytes + numbers * Float.BYTES, () -> {
            CudaLaunch begun = device.engine()
                    .launch()
                    .of(kernel)
                    .address(input.getAsLong())
                    .with(dz)
                    .with(weight.gradient())
                    .with(affine.bias().gradient());
            begun.size(dz.rows()).size(affine.inputs()).size(dz.columns());
            begun.run(CudaGrid.tiles(affine.inputs()), CudaGrid.classGroups(dz.columns()));
        });
    }
}
