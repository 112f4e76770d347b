package dev.cresset.reference;

import dev.cresset.backend.Device;
import dev.cresset.nn.Linear;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Precision;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// SGD takes PyTorch's steps: plain, with momentum, Nesterov, dampening, weight decay.
@Tag("device")
class SgdLikePyTorchTest {
    private static final Closeness FP64 = Closeness.ofTensor(1e-10);

    /// Six steps, each a handful of float32 roundings of numbers of the weights' size.
    private static final Closeness FP32 = Closeness.ofTensor(3e-6);

    @TestFactory
    Stream<DynamicTest> sgdTakesPyTorchsSteps() {
        return Cases.everywhere("sgd.json", (example, place) -> {
            Device device = place.device();
            Closeness close = device.precision() == Precision.FP64 ? FP64 : FP32;
            double[][] start = example.matrix("start");
            try (Linear linear = new Linear(start[0].length, start.length).to(device);
                    SGD sgd = new SGD(linear.parameters(), hyper(example.inner("options")))) {
                linear.weight().set(example.row("start"));
                List<double[]> gradients = example.flatList("grads");
                List<double[]> after = example.flatList("after");
                for (int i = 0; i < gradients.size(); i++) {
                    linear.weightGradient().write(gradients.get(i));
                    sgd.step();
                    close.holds(
                            "weight after step " + (i + 1),
                            after.get(i),
                            linear.weight().value());
                }
            }
        });
    }

    private static Hyper hyper(Case options) {
        Hyper hyper = Hyper.lr(options.number("lr"))
                .withMomentum(options.number("momentum", 0))
                .withDampening(options.number("dampening", 0))
                .withWeightDecay(options.number("weight_decay", 0));
        return options.has("nesterov") ? hyper.withNesterov() : hyper;
    }
}
