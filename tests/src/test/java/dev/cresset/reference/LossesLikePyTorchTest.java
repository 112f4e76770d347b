package dev.cresset.reference;

import dev.cresset.backend.CrossEntropy.Targets;
import dev.cresset.backend.Device;
import dev.cresset.backend.Reduction;
import dev.cresset.loss.BCELoss;
import dev.cresset.loss.BCEWithLogitsLoss;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.L1Loss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.loss.SmoothL1Loss;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Every loss gives PyTorch's value and gradient, in two calls and in one: logits of size 60, a thousand
/// classes, soft targets and smoothed labels included.
@Tag("device")
class LossesLikePyTorchTest {
    private static final Closeness FP64 = Closeness.ofTensor(1e-10);

    /// A prediction rounded to 2⁻²⁴ of itself moves a loss by its slope times that; differences of near
    /// numbers and logits near 60 lose about two digits more.
    private static final Closeness FP32 = Closeness.ofTensor(1e-5);

    @TestFactory
    Stream<DynamicTest> lossesGivePyTorchsNumbers() {
        return Cases.everywhere("losses.json", (example, place) -> {
            Device device = place.device();
            Closeness close = device.precision() == Precision.FP64 ? FP64 : FP32;
            Tensor prediction = device.tensor(example.matrix("prediction"));
            Tensor target = device.tensor(example.matrix(example.has("classes") ? "classes" : "target"));
            try (Loss loss = loss(example)) {
                close.holds(
                        "loss",
                        example.number("loss"),
                        loss.forward(prediction, target).item());
                close.holds("gradient", example.matrix("grad"), loss.backward());
                close.holds("gradient in one go", example.matrix("grad"), loss.forwardBackward(prediction, target));
                close.holds(
                        "loss in one go", example.number("loss"), loss.value().item());
            }
        });
    }

    private static Loss loss(Case example) {
        Reduction reduction = Reduction.valueOf(example.text("reduction").toUpperCase(Locale.ROOT));
        return switch (example.text("op")) {
            case "mse" -> new MSELoss(reduction);
            case "l1" -> new L1Loss(reduction);
            case "smooth_l1" -> new SmoothL1Loss(1, reduction);
            case "bce" -> new BCELoss(reduction);
            case "bce_with_logits" -> new BCEWithLogitsLoss(reduction);
            case "cross_entropy" ->
                new CrossEntropyLoss(example.has("classes") ? Targets.CLASS_INDICES : Targets.PROBABILITIES, reduction)
                        .withLabelSmoothing(example.number("label_smoothing", 0));
            default ->
                throw new IllegalArgumentException("The file has a loss that this test lacks: " + example.name());
        };
    }
}
