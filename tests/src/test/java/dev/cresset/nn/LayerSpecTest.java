package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cresset.backend.Activation;
import dev.cresset.backend.Device;
import dev.cresset.verify.Numbers;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a model says of its architecture is enough to build it anew.
class LayerSpecTest {
    @Test
    void everyKindOfLayerIsBuiltAnewFromItsSpec() {
        List<Layer> all = List.of(
                new Linear(3, 2),
                new BatchNorm1d(2, 0.7, 1e-3, RunningVariance.UNBIASED),
                new Dropout(0.25, 42),
                new Softmax(),
                new LogSoftmax(),
                new Identity(),
                new Sigmoid(),
                new Tanh(),
                new ReLU(),
                new LeakyReLU(0.2),
                new ELU(1.5),
                new GELU(),
                new SiLU(),
                new Softplus(),
                new Sequential(new Linear(2, 2), new Sequential(new ReLU())));
        for (Layer layer : all) {
            try (layer;
                    Layer built = layer.spec().build()) {
                assertEquals(layer.spec(), built.spec());
                assertEquals(layer.getClass(), built.getClass());
                assertEquals(layer.describe(), built.describe());
            }
        }
    }

    @Test
    void aNetworkBuiltAnewComputesTheSameOnceItHasTheNumbers() {
        Device device = Device.reference();
        try (MLP model = MLP.builder(4, 6, 3)
                        .activation(Activation.elu(0.5))
                        .batchNorm()
                        .dropout(0.3)
                        .output(Activation.SIGMOID)
                        .seed(3)
                        .build();
                Layer built = model.spec().build()) {
            model.forward(Numbers.normal(device, 8, 4, 1));
            built.forward(Numbers.normal(device, 8, 4, 1));
            built.parameters().restore(model.parameters().snapshot());
            Numbers.holds(
                    0,
                    built.forward(Numbers.normal(device, 5, 4, 2)),
                    model.forward(Numbers.normal(device, 5, 4, 2)).toArray());
            model.eval();
            built.eval();
            Numbers.holds(
                    0,
                    built.forward(Numbers.normal(device, 5, 4, 3)),
                    model.forward(Numbers.normal(device, 5, 4, 3)).toArray());
        }
    }

    @Test
    void theNamesOfTheParametersAreThoseOfTheOriginal() {
        try (MLP0 model = new MLP0(1);
                Layer built = model.spec().build()) {
            assertEquals(
                    List.copyOf(model.parameters().byName().keySet()),
                    List.copyOf(built.parameters().byName().keySet()));
        }
    }
}
