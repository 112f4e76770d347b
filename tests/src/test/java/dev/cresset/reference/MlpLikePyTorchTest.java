package dev.cresset.reference;

import dev.cresset.backend.Device;
import dev.cresset.backend.Parameter;
import dev.cresset.loss.CrossEntropyLoss;
import dev.cresset.loss.Loss;
import dev.cresset.loss.MSELoss;
import dev.cresset.nn.BatchNorm1d;
import dev.cresset.nn.Layer;
import dev.cresset.nn.Linear;
import dev.cresset.nn.ReLU;
import dev.cresset.nn.RunningVariance;
import dev.cresset.nn.Sequential;
import dev.cresset.nn.Sigmoid;
import dev.cresset.nn.Tanh;
import dev.cresset.optim.Hyper;
import dev.cresset.optim.SGD;
import dev.cresset.tensor.Precision;
import dev.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Whole networks train as in PyTorch: the loss of every step, the gradients of the first, the parameters
/// after the last, and what the trained network then says.
@Tag("device")
class MlpLikePyTorchTest {
    private static final Closeness FP64 = Closeness.ofTensor(1e-10);

    /// Ten steps carry each other's roundings of 6e-8 on; batch norm and momentum 0.9 magnify them some
    /// hundredfold.
    private static final Closeness FP32 = Closeness.ofTensor(2e-4);

    @TestFactory
    Stream<DynamicTest> networksTrainAsInPyTorch() {
        return Cases.everywhere("mlp.json", (example, place) -> {
            Device device = place.device();
            Closeness close = device.precision() == Precision.FP64 ? FP64 : FP32;
            Hyper hyper = Hyper.lr(example.number("lr")).withMomentum(example.number("sgd_momentum"));
            try (Sequential model = model(example).to(device);
                    Loss loss = example.text("loss").equals("mse") ? new MSELoss() : new CrossEntropyLoss();
                    SGD sgd = new SGD(model.parameters(), hyper)) {
                List<double[][]> x = example.matrices("x");
                List<double[][]> y = example.matrices("y");
                double[] losses = example.row("losses");
                for (int i = 0; i < losses.length; i++) {
                    Tensor prediction = model.forward(device.tensor(x.get(i)));
                    Tensor gradient = loss.forwardBackward(prediction, device.tensor(y.get(i)));
                    close.holds(
                            "loss of step " + (i + 1), losses[i], loss.value().item());
                    model.backwardParameters(gradient);
                    if (i == 0) {
                        compare(model, example.flatList("first_step_gradients"), close, Parameter::gradient);
                    }
                    sgd.step();
                }
                compare(model, example.flatList("final_parameters"), close, Parameter::value);
                model.eval();
                close.holds(
                        "output in evaluation",
                        example.matrix("eval_output"),
                        model.forward(device.tensor(example.matrix("eval_input"))));
            }
        });
    }

    private interface Part {
        Tensor of(Parameter parameter);
    }

    private static void compare(Sequential model, List<double[]> expected, Closeness close, Part part) {
        // A bias in front of a batch norm has no influence: its gradient is rounding noise among the others.
        Closeness among = close.amongTerms(
                expected.stream().flatMapToDouble(Arrays::stream).toArray());
        List<Parameter> parameters = List.copyOf(model.parameters().byName().values());
        List<String> names = List.copyOf(model.parameters().byName().keySet());
        for (int i = 0; i < parameters.size(); i++) {
            among.holds(names.get(i), expected.get(i), part.of(parameters.get(i)));
        }
    }

    private static Sequential model(Case example) {
        List<Layer> layers = new ArrayList<>();
        int width = example.matrices("x").getFirst()[0].length;
        for (Case layer : example.inners("layers")) {
            layers.add(layer(layer, width));
            width = layers.getLast().outputs(width);
        }
        return new Sequential(layers);
    }

    private static Layer layer(Case layer, int features) {
        return switch (layer.text("type")) {
            case "linear" -> {
                double[][] weight = layer.matrix("weight");
                Linear linear = new Linear(weight[0].length, weight.length);
                linear.weight().set(layer.row("weight"));
                linear.bias().set(layer.row("bias"));
                yield linear;
            }
            case "batchnorm" ->
                new BatchNorm1d(features, 1 - layer.number("momentum"), layer.number("eps"), RunningVariance.UNBIASED);
            case "relu" -> new ReLU();
            case "sigmoid" -> new Sigmoid();
            case "tanh" -> new Tanh();
            default ->
                throw new IllegalArgumentException("The file has a layer that this test lacks: " + layer.text("type"));
        };
    }
}
