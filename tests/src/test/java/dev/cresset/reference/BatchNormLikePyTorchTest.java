package dev.cresset.reference;

import dev.cresset.backend.Device;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.RunningVariance;
import dev.cresset.tensor.Precision;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// A BatchNorm1d gives PyTorch's outputs, gradients and running statistics over several training steps,
/// and then in evaluation. PyTorch's momentum is 1 − α, and its running variance is the unbiased one.
@Tag("device")
class BatchNormLikePyTorchTest {
    private static final Closeness FP64 = Closeness.ofTensor(1e-10);

    /// Centring a column and dividing by a small deviation loses two digits of float32's seven.
    private static final Closeness FP32 = Closeness.ofTensor(5e-5);

    @TestFactory
    Stream<DynamicTest> batchNormGivesPyTorchsNumbers() {
        return Cases.everywhere("batchnorm.json", (example, place) -> {
            Device device = place.device();
            Closeness close = device.precision() == Precision.FP64 ? FP64 : FP32;
            double[] weight = example.row("weight");
            double keep = 1 - example.number("momentum");
            try (BatchNorm1d norm =
                    new BatchNorm1d(weight.length, keep, example.number("eps"), RunningVariance.UNBIASED).to(device)) {
                norm.weight().set(weight);
                norm.bias().set(example.row("bias"));
                for (Case step : example.inners("train_steps")) {
                    pass(norm, step, close);
                    close.holds("weight gradient", step.row("grad_weight"), norm.weightGradient());
                    close.holds("bias gradient", step.row("grad_bias"), norm.biasGradient());
                    close.holds(
                            "running mean",
                            step.row("running_mean"),
                            norm.runningMean().value());
                    close.holds(
                            "running variance",
                            step.row("running_var_unbiased"),
                            norm.runningVariance().value());
                }
                norm.eval();
                pass(norm, example.inner("eval"), close);
            }
        });
    }

    private static void pass(BatchNorm1d norm, Case step, Closeness close) {
        Device device = norm.device();
        close.holds("output", step.matrix("output"), norm.forward(device.tensor(step.matrix("x"))));
        close.amongTerms(step.row("grad_output"))
                .holds(
                        "input gradient",
                        step.matrix("grad_input"),
                        norm.backward(device.tensor(step.matrix("grad_output"))));
    }
}
