package dev.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.cresset.backend.Device;
import dev.cresset.verify.Numbers;
import dev.cresset.verify.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How the parts of a model are named and put together.
class SequentialTest {
    private final Device device = Device.reference();

    @Test
    void parametersAndStatesAreNamedByTheirPlaceAsInPyTorch() {
        try (Sequential model = new Sequential(
                new Linear(2, 3), new BatchNorm1d(3), new Tanh(), new Sequential(new ReLU(), new Linear(3, 1)))) {
            assertEquals(
                    List.of("0.weight", "0.bias", "1.weight", "1.bias", "3.1.weight", "3.1.bias"),
                    List.copyOf(model.parameters().byName().keySet()));
            assertEquals(
                    List.of("1.running_mean", "1.running_var"),
                    List.copyOf(model.parameters().states().keySet()));
            assertEquals(2 * 3 + 3 + 3 + 3 + 3 + 1, model.parameters().count());
        }
    }

    @Test
    void aLayerAloneHasPlainNames() {
        try (Linear linear = new Linear(2, 3)) {
            assertEquals(
                    List.of("weight", "bias"),
                    List.copyOf(linear.parameters().byName().keySet()));
        }
    }

    @Test
    void aLayerDescribesItselfByTypePlaceAndSizes() {
        Linear inner = new Linear(3, 1);
        Dropout dropout = new Dropout(0.25, 1);
        try (Sequential model = new Sequential(new Linear(784, 256), dropout, new Sequential(new ReLU(), inner))) {
            assertEquals("Linear '0' (784 → 256)", model.layer(0).describe());
            assertEquals("Dropout '1' (p = 0.25)", dropout.describe());
            assertEquals("ReLU '2.0'", ((Sequential) model.layer(2)).layer(0).describe());
            assertEquals("Linear '2.1' (3 → 1)", inner.toString());
            assertEquals("Sequential", model.describe());
        }
        assertEquals("Linear (3 → 1)", new Linear(3, 1).describe());
        assertEquals("BatchNorm1d (7)", new BatchNorm1d(7).describe());
    }

    @Test
    void theOutputOfEachLayerIsTheInputOfTheNext() {
        try (Sequential model = new Sequential(new Linear(2, 3, 1), new Tanh(), new Linear(3, 2, 2))) {
            assertSame(
                    model.forward(Numbers.normal(device, 4, 2, 1)),
                    model.layer(2).output());
            assertSame(model.layer(0).output(), model.layer(1).input());
            assertSame(model.layer(1).output(), model.layer(2).input());
            model.backward(Numbers.normal(device, 4, 2, 2));
            assertSame(model.layer(2).inputGradient(), model.layer(1).outputGradient());
            assertSame(model.layer(0).inputGradient(), model.inputGradient());
            assertEquals(2, model.outputs(2));
        }
    }

    @Test
    void aLayerHasOnePlaceOnly() {
        Linear twice = new Linear(2, 2);
        Refused.with(IllegalArgumentException.class, () -> new Sequential(twice, new ReLU(), twice))
                .saying("each in one place only");
        try (Sequential model = new Sequential(new Linear(2, 2))) {
            Refused.with(IllegalArgumentException.class, () -> new Sequential(model.layer(0)))
                    .saying("Linear '0' (2 → 2) is already part of a model");
        }
        Refused.with(IllegalArgumentException.class, Sequential::new).saying("one layer or more");
    }

    @Test
    void aModelThatIsRefusedLeavesItsLayersFree() {
        Linear free = new Linear(2, 2);
        try (Sequential model = new Sequential(new Linear(2, 2))) {
            Refused.with(IllegalArgumentException.class, () -> new Sequential(free, model.layer(0)));
        }
        try (Sequential other = new Sequential(free)) {
            assertSame(free, other.layer(0));
        }
    }

    @Test
    void aModelOfOneLayerComputesAsThatLayer() {
        try (Linear alone = new Linear(3, 2, 5);
                Sequential model = new Sequential(new Linear(3, 2, 5))) {
            Numbers.holds(
                    0,
                    model.forward(Numbers.normal(device, 4, 3, 1)),
                    alone.forward(Numbers.normal(device, 4, 3, 1)).toArray());
        }
    }
}
