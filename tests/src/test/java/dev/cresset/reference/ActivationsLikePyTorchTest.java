package dev.cresset.reference;

import dev.cresset.backend.Device;
import dev.cresset.nn.ELU;
import dev.cresset.nn.GELU;
import dev.cresset.nn.Identity;
import dev.cresset.nn.Layer;
import dev.cresset.nn.LeakyReLU;
import dev.cresset.nn.LogSoftmax;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.SiLU;
import dev.cresset.nn.Sigmoid;
import dev.cresset.nn.Softmax;
import dev.cresset.nn.Softplus;
import dev.cresset.nn.Tanh;
import dev.cresset.tensor.Precision;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Every activation gives PyTorch's outputs and input gradients: ordinary numbers, large ones, where both
/// sides saturate, and tiny ones.
@Tag("device")
class ActivationsLikePyTorchTest {
    /// Outputs and slopes are made of terms near 1 with errors of 1e-16, which is 1e-10 of 1e-6: below that,
    /// `1 − a²` and its like are rounding noise in PyTorch too.
    private static final Closeness FP64 = Closeness.ofElements(1e-10, 1e-6);

    /// A float32 input near 70 is 4e-6 off already, and a steep function multiplies that.
    private static final Closeness FP32 = Closeness.ofElements(1e-5, 1);

    @TestFactory
    Stream<DynamicTest> activationsGivePyTorchsNumbers() {
        return Cases.everywhere("activations.json", (example, place) -> {
            Device device = place.device();
            Closeness close = device.precision() == Precision.FP64 ? FP64 : FP32;
            try (Layer layer = layer(example.text("op")).to(device)) {
                close.holds("output", example.matrix("output"), layer.forward(device.tensor(example.matrix("x"))));
                close.holds(
                        "input gradient",
                        example.matrix("grad_input"),
                        layer.backward(device.tensor(example.matrix("grad_output"))));
            }
        });
    }

    private static Layer layer(String op) {
        return switch (op) {
            case "identity" -> new Identity();
            case "sigmoid" -> new Sigmoid();
            case "tanh" -> new Tanh();
            case "relu" -> new ReLU();
            case "leaky_relu_0_01" -> new LeakyReLU();
            case "elu_1" -> new ELU();
            case "gelu_erf" -> new GELU();
            case "silu" -> new SiLU();
            case "softplus" -> new Softplus();
            case "softmax" -> new Softmax();
            case "log_softmax" -> new LogSoftmax();
            default -> throw new IllegalArgumentException("The file has an activation that this test lacks: " + op);
        };
    }
}
