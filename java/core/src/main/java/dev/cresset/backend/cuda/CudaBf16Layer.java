package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.step.Stage;
import dev.cresset.backend.step.StepPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A linear layer of a step whose matrices are stored as bfloat16, with the activation behind it. The header of
/// `step_bf16.cuh` says what each matrix is.
///
/// @param function the activation; the identity where there is none
/// @param input A~, rows × inputs: the batch, or the output of the layer below
/// @param weight W~, outputs × inputs: in the shadow of the parameters
/// @param bias b~, 1 × outputs: there too
/// @param z Z~, rows × outputs, or the output itself for ReLU and the identity; unused in the last layer and with
///     normalisation
/// @param dz dZ~, rows × outputs; unused in a last layer of few classes
/// @param normal the normalisation between product and activation, or null
record CudaBf16Layer(
        Stage.Affine affine,
        Activation function,
        CudaBf16 input,
        CudaBf16 weight,
        CudaBf16 bias,
        CudaBf16 z,
        CudaBf16 dz,
        @Nullable CudaFusedNormalize normal) {
    String name() {
        return affine.name();
    }

    int rows() {
        return dz.rows();
    }

    int inputs() {
        return input.columns();
    }

    int outputs() {
        return dz.columns();
    }

    /// Whether a plan ends in one layer of few classes behind normalisation: product, loss and gradients are then
    /// kernels of ours, in float32.
    static boolean endsInClasses(StepPlan plan) {
        List<CudaFusedLayer.Shape> shapes = CudaFusedLayer.shapes(plan);
        return shapes.size() > 1
                && shapes.get(shapes.size() - 2).normalize() != null
                && CudaFusedLayer.isOfClasses(shapes.getLast(), plan);
    }

    /// Whether a chain that fused steps know can be stored so: what is normalised is whole in the kernels' registers,
    /// and is not the output.
    static boolean fits(StepPlan plan) {
        List<CudaFusedLayer.Shape> shapes = CudaFusedLayer.shapes(plan);
        return shapes.getLast().normalize() == null
                && shapes.stream()
                        .allMatch(shape -> shape.normalize() == null
                                || plan.rows() <= CudaFusedLayer.MOST_ROWS && CudaFusedLayer.fits(shape.function()));
    }

    /// Whether the slope of the activation follows from its output as it is stored.
    static boolean followsFromOutput(Activation function) {
        return function.equals(Activation.RELU) || function.equals(Activation.IDENTITY);
    }
}
