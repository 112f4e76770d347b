package dev.cresset.reference;

import dev.cresset.backend.Device;
import dev.cresset.nn.Linear;
import dev.cresset.tensor.Precision;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// A Linear gives PyTorch's outputs and all three gradients.
@Tag("device")
class LinearLikePyTorchTest {
    private static final Closeness FP64 = Closeness.ofTensor(1e-10);

    /// Sums of up to 65 products, each good to 2⁻²⁴: 65 · 6e-8 at worst, usually its root.
    private static final Closeness FP32 = Closeness.ofTensor(4e-6);

    @TestFactory
    Stream<DynamicTest> linearGivesPyTorchsNumbers() {
        return Cases.everywhere("linear.json", (example, place) -> {
            Device device = place.device();
            Closeness close = device.precision() == Precision.FP64 ? FP64 : FP32;
            double[][] weight = example.matrix("weight");
            try (Linear linear = new Linear(weight[0].length, weight.length).to(device)) {
                linear.weight().set(example.row("weight"));
                linear.bias().set(example.row("bias"));
                close.holds("output", example.matrix("output"), linear.forward(device.tensor(example.matrix("x"))));
                close.holds(
                        "input gradient",
                        example.matrix("grad_input"),
                        linear.backward(device.tensor(example.matrix("grad_output"))));
                close.holds("weight gradient", example.matrix("grad_weight"), linear.weightGradient());
                close.holds("bias gradient", example.row("grad_bias"), linear.biasGradient());
            }
        });
    }
}
