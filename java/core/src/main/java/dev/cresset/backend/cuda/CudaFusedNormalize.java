package dev.cresset.backend.cuda;

import dev.cresset.backend.step.Stage;
import dev.cresset.tensor.Tensor;

/// The normalisation behind a linear layer of a fused step, where it is one launch each way, with ReLU in it or not.
///
/// @param z the product `A·Wᵀ`, without the bias
/// @param mean of the batch, 1 × outputs
/// @param inverse `1/√(σ² + ε)` of the batch, 1 × outputs
/// @param relu 1 where ReLU is behind it
record CudaFusedNormalize(
        Stage.Affine affine, Stage.Normalize normalize, Tensor z, Tensor mean, Tensor inverse, int relu) {
    /// Submits the forward pass.
    ///
    /// @param a address of the output
    void submit(CudaLaunch launch, long a) {
        CudaLaunch begun = launch.with(z)
                .with(affine.bias().value())
                .with(normalize.gamma().value())
                .with(normalize.beta().value())
                .with(normalize.mean().value())
                .with(normalize.variance().value());
        begun.with(mean).with(inverse).address(a);
        begun.real(normalize.keep()).real(1 - normalize.keep());
        begun.real((1 - normalize.keep()) * normalize.factor()).real(normalize.epsilon());
        begun.number(relu).size(z.rows()).size(z.columns());
        begun.run(CudaGrid.tiles(z.columns()), 1);
    }

    /// Begins a launch of the gradient with what it reads of the columns.
    CudaLaunch columns(CudaLaunch launch) {
        return launch.with(z)
                .with(affine.bias().value())
                .with(mean)
                .with(inverse)
                .with(normalize.gamma().value())
                .with(normalize.beta().value());
    }

    /// Goes on with the gradients that it writes, and the sizes.
    CudaLaunch gradients(CudaLaunch begun) {
        begun.with(normalize.gamma().gradient())
                .with(normalize.beta().gradient())
                .with(affine.bias().gradient());
        return begun.number(relu).size(z.rows()).size(z.columns());
    }

    String name() {
        return normalize.name();
    }

    /// ` and RELU` where it is in it.
    String andFunction() {
        return relu == 1 ? " and RELU" : "";
    }
}
