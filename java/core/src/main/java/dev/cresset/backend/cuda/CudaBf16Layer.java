package dev.cresset.backend.cuda;

import dev.cresset.backend.Activation;
import dev.cresset.backend.step.Stage;

/// A linear layer of a step whose matrices are stored as bfloat16, with the activation behind it. The header of
/// `step_bf16.cuh` says what each matrix is.
///
/// @param function the activation; the identity where there is none
/// @param input A~, rows × inputs: the batch, or the output of the layer below
/// @param weight W~, outputs × inputs: in the shadow of the parameters
/// @param bias b~, 1 × outputs: there too
/// @param z Z~, rows × outputs, or the output itself for ReLU and the identity; unused in the last layer
/// @param dz dZ~, rows × outputs
record CudaBf16Layer(
        Stage.Affine affine,
        Activation function,
        CudaBf16 input,
        CudaBf16 weight,
        CudaBf16 bias,
        CudaBf16 z,
        CudaBf16 dz) {
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

    /// Whether the slope of the activation follows from its output as it is stored.
    static boolean followsFromOutput(Activation function) {
        return function.equals(Activation.RELU) || function.equals(Activation.IDENTITY);
    }
}
